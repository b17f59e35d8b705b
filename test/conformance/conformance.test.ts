/** The protocol's own conformance suite, client side, on our connection manager. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { testRedis } from '../support/services.ts';

const root = join(import.meta.dirname, '..', '..');
const suite = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
const loopbackOnly = new URL('../support/mcp/loopback-only.ts', import.meta.url).href;
const client = `${process.execPath} ${join(import.meta.dirname, 'client.ts')}`;
const folder = mkdtempSync(join(tmpdir(), 'assay-conformance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function outcome(scenario: string): Promise<{ readonly passed: boolean; readonly output: string }> {
  const { url } = await testRedis();
  const args = ['--import', loopbackOnly, suite, 'client', '--command', client, '--scenario', scenario];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TMPDIR: folder, REDIS_URL: url, NODE_NO_WARNINGS: '1' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    return { passed: true, output: stdout + stderr };
  } catch (error) {
    return { passed: false, output: `${Reflect.get(Object(error), 'stdout')}${Reflect.get(Object(error), 'stderr')}` };
  }
}

test.each(['initialize', 'tools_call', 'sse-retry'])(
  '%s',
  async (scenario) => {
    const { passed, output } = await outcome(scenario);
    expect([passed, output]).toEqual([true, output]);
  },
  60_000,
);

/** docs/adr/no-elicitation.md: nobody is there to be asked, so nothing is accepted in anybody's name. */
test('elicitation is refused, which the suite counts as a failure', async () => {
  const { passed, output } = await outcome('elicitation-sep1034-client-defaults');
  expect([passed, output]).toEqual([false, expect.stringMatching(/tools\/call.*Elicitation failed/s)]);
}, 60_000);
