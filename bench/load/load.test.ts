import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { arrivals } from './load.ts';
import { parseOptions, usage } from './options.ts';

const run = promisify(execFile);
const command = join(import.meta.dirname, 'run.ts');

test('three users arrive, and each gets a report', { timeout: 90_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-load-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const json = join(folder, 'load.json');
  const { stdout } = await run(process.execPath, [command, '--users', '3', '--minutes', '0.02', '--json', json]);
  expect(stdout).toMatch(/^\| GET \/runs\/\{runId\}\/report +\| 3 /m);
  expect(stdout).toMatch(/^\| run, from its start to its end +\| 3 /m);
  expect(stdout).toMatch(/^\| errors +\| 0 /m);
  expect(stdout).toMatch(/^\| database connections .* \d+ of 10 +\|$/m);
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({
    ...{ users: 3, errors: [], runs: { count: 3 }, connectionsBound: 10 },
    routes: { 'POST /auth/v1/signup': { count: 3 }, 'POST /ws-tickets': { count: 3 } },
    peakBytes: expect.any(Number),
    lagP99Ms: expect.any(Number),
  });
});

test('bad usage is one line and exit code 2', async () => {
  const failed = await run(process.execPath, [command, '--users', 'many']).catch((error: unknown) => error);
  expect(failed).toMatchObject({
    ...{ code: 2, stdout: '' },
    stderr: '--users takes a number from 1 to 2000 (--help lists the options)\n',
  });
});

test.each([
  [['--users', '0'], '--users takes'],
  [['--users', '1.5'], '--users takes'],
  [['--users', '2001'], '--users takes'],
  [['--minutes', '0'], '--minutes takes'],
  [['--minutes', '121'], '--minutes takes'],
  [['--minutes', 'ten'], '--minutes takes'],
  [['--fast'], "Unknown option '--fast'"],
])('%j is answered in one line', (argv, said) => {
  expect(parseOptions(argv)).toEqual({ problem: expect.stringContaining(said) });
});

test('200 users over 10 minutes unless asked otherwise, and help says so', () => {
  expect(parseOptions([])).toEqual({ users: 200, minutes: 10, json: null });
  expect(usage).toContain('(default 200)');
});

test('users arrive evenly, the first at once and the last at the end', () => {
  expect(arrivals(1, 1000)).toEqual([0]);
  expect(arrivals(3, 1000)).toEqual([0, 500, 1000]);
});
