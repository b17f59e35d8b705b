/** The protocol's own conformance suite, auth scenarios: every one of the dated specifications, and of the draft those for this kind of client. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const suite = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);
const results = await mkdtemp(join(tmpdir(), 'assay-conformance-'));
afterAll(() => rm(results, { recursive: true, force: true }));

const { stdout: list } = await run(process.execPath, [suite, 'list', '--client']);
/** Extensions are other grants: a client's own credentials, and an enterprise's identity provider. */
const scenarios = [...list.matchAll(/- (auth\/\S+) \[([^\]]*)\]/g)]
  .filter(([, , versions = '']) => versions !== 'extension')
  .map(([, name = '']) => name);

test('the suite has the scenarios that it had when this was written, or more', () => {
  expect(scenarios.length).toBeGreaterThanOrEqual(19);
});

test.concurrent.each(scenarios)('%s', async (scenario) => {
  const command = `"${process.execPath}" "${join(import.meta.dirname, 'oauth-client.ts')}"`;
  const { stderr } = await run(process.execPath, [suite, 'client', '--command', command, '--scenario', scenario, '-o', results]);
  expect(stderr).toMatch(/, 0 failed, 0 warnings/);
});
