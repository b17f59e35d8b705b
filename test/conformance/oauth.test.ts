/** The protocol's own conformance suite, auth scenarios: every one of the dated specifications, and of the draft those for this kind of client. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { testRedis } from '../support/services.ts';

const run = promisify(execFile);
const suite = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json')),
  'dist/index.js',
);
const loopbackOnly = new URL('../support/mcp/loopback-only.ts', import.meta.url).href;
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

test.concurrent.each(scenarios)(
  '%s',
  async (scenario) => {
    const command = `"${process.execPath}" "${join(import.meta.dirname, 'oauth-client.ts')}"`;
    const { url } = await testRedis();
    const args = [
      '--import',
      loopbackOnly,
      suite,
      'client',
      '--command',
      command,
      '--scenario',
      scenario,
      '-o',
      results,
      '--timeout',
      '80000',
    ];
    const env = { PATH: process.env['PATH'] ?? '', HOME: results, TMPDIR: results, REDIS_URL: url, NODE_NO_WARNINGS: '1' };
    const { stderr } = await run(process.execPath, args, { cwd: results, env });
    expect(stderr).toMatch(/, 0 failed, 0 warnings/);
  },
  90_000,
);
