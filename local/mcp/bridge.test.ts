import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collectGitHistory } from '../../lib/agents/extraction/git-history.ts';
import { collectRepositoryFiles } from '../../lib/agents/extraction/repository-files.ts';
import type { CallTools } from '../../lib/agents/tools.ts';
import type { Session } from '../../lib/mcp/connections.ts';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { type Bridge, startFilesystemServer, startGitServer } from './bridge.ts';

const principal = { userId: '00000000-0000-4000-8000-000000000001', email: null, expiresAt: Number.MAX_SAFE_INTEGER };
const origins: string[] = [];
const { connections } = await testConnections({ origins });
const stop = new AbortController();
let folder: string;
const bridges: Bridge[] = [];

/** Calls straight through, as the ledger would, without keeping anything. */
const through =
  (session: Session): CallTools =>
  async (calls) =>
    Promise.all(
      calls.map(async ({ tool, args }, index) => {
        const result = await session.callTool(tool, { ...args }, stop.signal);
        const blocks = result.blocks.map(({ sha256, bytes, truncated }) => ({
          sha256,
          truncated,
          text: Buffer.from(bytes).toString('utf8'),
        }));
        return result.ok
          ? { status: 'ok', toolCallId: `${tool}-${index}`, blocks }
          : { status: 'error', toolCallId: `${tool}-${index}`, reason: blocks[0]?.text ?? 'no reason' };
      }),
    );

async function connect(bridge: Bridge): Promise<Session> {
  bridges.push(bridge);
  origins.push(bridge.origin);
  const target = targetOf(bridge.url, { headers: bridge.headers });
  return connections.connect(principal, target, stop.signal);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-bridge-'));
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, 'node_modules/left-pad'), { recursive: true });
  writeFileSync(join(folder, 'src/a long name with  spaces in it.ts'), 'export const one = 1;\n');
  writeFileSync(join(folder, 'src/latin1.txt'), Buffer.from([0x63, 0x61, 0x66, 0xe9]));
  writeFileSync(join(folder, 'logo.png'), Buffer.from([0x89, 0x50]));
  writeFileSync(join(folder, 'huge.txt'), Buffer.alloc(5 * 1024 * 1024, 'x'));
  writeFileSync(join(folder, '.gitignore'), 'local.env\n');
  writeFileSync(join(folder, 'local.env'), 'SECRET=1\n');
  writeFileSync(join(folder, 'node_modules/left-pad/index.js'), '');
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@example.test', ...args]);
  git('init', '-q');
  git('add', 'src');
  git('commit', '-q', '-m', 'first: "quoted" — with é');
  git('tag', 'v1.0.0');
});

afterAll(async () => {
  await Promise.all(bridges.map((bridge) => bridge.stop()));
  stop.abort();
  rmSync(folder, { recursive: true, force: true });
});

describe('the bridged servers', () => {
  test('a folder becomes a population in which every unread file says why', async () => {
    const session = await connect(await startFilesystemServer(folder, stop.signal));
    const {
      evidence,
      populations: [population],
      gaps,
    } = await collectRepositoryFiles(through(session), { asOf: '2026-01-01T00:00:00Z' });
    expect(evidence.files.map(({ path, content }) => [path, content.kind === 'text' ? 'text' : content.reason])).toEqual([
      ['.gitignore', 'text'],
      ['huge.txt', 'too-large'],
      ['logo.png', 'binary'],
      ['src/a long name with  spaces in it.ts', 'text'],
      ['src/latin1.txt', 'not-utf8'],
    ]);
    expect(population).toMatchObject({ count: 5, complete: true });
    expect(population?.note).toContain('1 entry that .gitignore names');
    expect(gaps).toHaveLength(2);
  });

  test('history arrives line by line, each with its byte range', async () => {
    const session = await connect(await startGitServer(folder, stop.signal));
    const { evidence } = await collectGitHistory(through(session), { asOf: '2026-01-01T00:00:00Z' });
    expect(evidence.commits).toMatchObject([{ subject: 'first: "quoted" — with é', signature: 'N', start: 0 }]);
    expect(evidence.tags).toMatchObject([{ name: 'v1.0.0', signed: false }]);
  });

  test('a bridge that is gone is a source that could not be reached, not a crash', async () => {
    const bridge = await startFilesystemServer(folder, stop.signal);
    await bridge.stop();
    await expect(connect(bridge)).rejects.toMatchObject({ name: 'SourceUnavailable', failure: 'unreachable' });
  });

  test('a bridge killed between two calls is a source that was lost', async () => {
    const bridge = await startFilesystemServer(folder, stop.signal);
    const session = await connect(bridge);
    await session.callTool('list_allowed_directories', {}, stop.signal);
    bridge.kill();
    await expect(
      (async () => {
        for (let tries = 0; tries < 100; tries += 1) await session.callTool('list_allowed_directories', {}, stop.signal);
      })(),
    ).rejects.toMatchObject({ name: 'SourceUnavailable' });
  });

  test('the key is in no command line', async () => {
    const bridge = await startFilesystemServer(folder, stop.signal);
    bridges.push(bridge);
    const shown = execFileSync('ps', ['-eww', '-o', 'args']).toString();
    expect(shown).toContain('mcp-proxy');
    expect(shown).not.toContain(bridge.headers['X-API-Key']);
  });

  test('nothing is left of a bridge whose process was killed', async () => {
    const program = `import { startFilesystemServer } from ${JSON.stringify(new URL('bridge.ts', import.meta.url).href)};
      const { pid } = await startFilesystemServer(${JSON.stringify(folder)}, new AbortController().signal);
      process.stdout.write(String(pid));
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = await once(parent.stdout, 'data');
    const group = Number(String(pid));
    expect(() => process.kill(-group, 0)).not.toThrow();
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isOver(group)).toBe(true), { timeout: 10_000, interval: 20 });
  });
});

/** No process of the group lives; an unreaped one does not. */
function isOver(group: number): boolean {
  const states = execFileSync('ps', ['-eo', 'pgid=,stat=']).toString().split('\n');
  return !states.some((line) => line.trim().startsWith(`${group} `) && !/\sZ/.test(line));
}
