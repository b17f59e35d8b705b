/** `npm run assess` and `npm run verify` as a person calls them: real processes on data of their own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Report, report as reportSchema } from '../../lib/contract/report.ts';

const root = resolve(import.meta.dirname, '..', '..');
const shop = join(root, 'examples', 'acme-shop');
let base: string;
let dataDir: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'assay-cli-'));
  // As root PostgreSQL runs as another user, who must be able to pass.
  chmodSync(base, 0o755);
  dataDir = join(base, 'data');
});
afterAll(() => rmSync(base, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

function start(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  const { DATABASE_URL: _, REDIS_URL: __, ...inherited } = process.env;
  return spawn(process.execPath, [join(root, 'cli', file), ...args], {
    cwd: base,
    env: { ...inherited, INIT_CWD: base, ASSAY_DATA_DIR: dataDir, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: Parameters<typeof start>): Promise<Ended> {
  const child = start(...args);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) child[name]?.setEncoding('utf8').on('data', (text) => (said[name] += text));
  const [code] = await once(child, 'close');
  return { code, ...said };
}

const reportIn = (folder: string): Report =>
  reportSchema.parse(JSON.parse(readFileSync(join(base, folder, 'report.json'), 'utf8')));

describe('bad input', () => {
  const bad: readonly { what: string; args: () => string[]; says: RegExp; env?: Record<string, string> }[] = [
    { what: 'a folder that is not there', args: () => ['missing'], says: /missing does not exist/ },
    { what: 'an empty folder', args: () => [folder('empty', {})], says: /is empty: there is nothing to assess/ },
    { what: 'a file', args: () => [join(folder('one', { file: '' }), 'file')], says: /is a file: name the folder/ },
    { what: 'an unknown framework', args: () => [shop, '--framework', 'x'], says: /unknown framework 'x': choose from nist-csf/ },
    {
      what: 'a report folder that is a file',
      args: () => [shop, '--out', join(folder('two', { file: '' }), 'file')],
      says: /can't be written to/,
    },
    { what: 'a malformed variable', args: () => [shop], says: /LOG_LEVEL/, env: { LOG_LEVEL: 'loud' } },
  ];
  test.concurrent.each(bad)(
    '$what is refused in one line, and exit 2',
    async ({ args, says, env }) => {
      const { code, stdout, stderr } = await run('assess.ts', args(), env);
      expect(stderr).toMatch(says);
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    },
    90_000,
  );
});

const planted = z.array(z.object({ check: z.string(), resources: z.array(z.string()) }));
const expected = z.object({ findings: planted, clean: planted }).parse(JSON.parse(readFileSync(`${shop}.expected.json`, 'utf8')));

test('the sample repository: what was planted is found, nothing else is, and the bundle verifies', async () => {
  const { code, stderr } = await run('assess.ts', [shop, '--out', 'sample', '--quiet']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const failing = reportIn('sample')
    .checks.map(({ id, observations }) => ({
      check: id,
      resources: observations
        .filter(({ result }) => result === 'fail')
        .map(({ resource }) => resource)
        .toSorted(byName),
    }))
    .filter(({ resources }) => resources.length > 0)
    .toSorted((a, b) => byName(a.check, b.check));
  expect(failing).toEqual(expected.findings);
  for (const { check, resources } of expected.clean) {
    const found = failing.find((one) => one.check === check)?.resources ?? [];
    expect(found.filter((resource) => resources.includes(resource))).toEqual([]);
  }
  const verified = await run('verify.ts', ['sample/bundle.zip']);
  expect({ code: verified.code, last: verified.stdout.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, last: 'VERIFIED' });
}, 90_000);

test('a killed assessment counts no longer at the next start, and two of one name at once both finish', async () => {
  const [a, b] = ['a', 'b'].map((name) => {
    cpSync(join(shop, 'src'), join(base, name, 'shop', 'src'), { recursive: true });
    return join(base, name, 'shop');
  });
  if (a === undefined || b === undefined) throw new Error('two folders were made');
  const killed = start('assess.ts', [a, '--out', 'killed', '--json']);
  if (killed.stdout === null) throw new Error('its output is piped');
  await once(killed.stdout, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(readdirSync(join(dataDir, 'runs'))).toHaveLength(1);

  // Two may be under way: with the killed one they would be three.
  const limit = { ACTIVE_RUNS_PER_USER: '2' };
  const both = await Promise.all([a, b].map((path, at) => run('assess.ts', [path, '--out', `both-${at}`, '--quiet'], limit)));
  expect(both.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: '' },
    { code: 0, stderr: '' },
  ]);
  for (const at of [0, 1]) expect(reportIn(`both-${at}`).run.outcome).not.toBe('failed');
  for (const kind of ['runs', 'connections']) expect(readdirSync(join(dataDir, kind)), kind).toEqual([]);
}, 120_000);

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(base, name);
  mkdirSync(path, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text);
  return path;
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1);
