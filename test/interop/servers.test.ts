/** Servers and bridges that people run: each is used cold, warm and by two at once, and has its session ended. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Session } from '../../lib/mcp/session.ts';
import { startFilesystemServer } from '../../local/mcp/bridge.ts';
import { targetOf, testConnections } from '../support/connections.ts';
import { startEverything, startSupergateway } from '../support/mcp/programs.ts';
import { startMcpServer } from '../support/mcp/server.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-interop-')));
writeFileSync(join(folder, 'a.txt'), 'the text of a file');
const abort = new AbortController();
afterAll(() => {
  abort.abort();
  rmSync(folder, { recursive: true, force: true });
});

interface Server {
  readonly origin: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}
interface Sample {
  readonly start: () => Promise<Server>;
  readonly call: readonly [tool: string, args: Record<string, unknown>];
  readonly answer: RegExp;
  readonly era: 'modern' | 'older';
}
const echo = { call: ['echo', { text: 'a word' }], answer: /^a word$/ } as const;
const read = { call: ['read_text_file', { path: join(folder, 'a.txt') }], answer: /^the text of a file$/ } as const;

const samples: Readonly<Record<string, Sample>> = {
  'SDK 1.x with sessions': { start: () => startMcpServer('sessions'), ...echo, era: 'older' },
  'SDK 1.x without sessions': { start: () => startMcpServer('stateless'), ...echo, era: 'older' },
  'SDK 2.x': { start: () => startMcpServer('modern'), ...echo, era: 'modern' },
  'SDK 2.x, the newer protocol only': { start: () => startMcpServer('modern-only'), ...echo, era: 'modern' },
  'server-everything': { start: startEverything, call: ['echo', { message: 'a word' }], answer: /a word/, era: 'older' },
  'the filesystem server behind mcp-proxy': { start: () => startFilesystemServer(folder, abort.signal), ...read, era: 'modern' },
  'the filesystem server behind supergateway, with sessions': {
    start: () => startSupergateway(folder, { stateful: true }),
    ...read,
    era: 'older',
  },
  'the filesystem server behind supergateway, without sessions': {
    start: () => startSupergateway(folder, { stateful: false }),
    ...read,
    era: 'older',
  },
};

const origins: string[] = [];
const { connections, another, open } = await testConnections({ origins });
const signal = AbortSignal.timeout(120_000);

describe.each(Object.entries(samples))('%s', (_name, { start, call: [tool, args], answer, era }) => {
  test('is checked, called cold and warm, by two at once, and disconnected', async () => {
    const server = await start();
    origins.push(server.origin);
    const owner = { userId: randomUUID() };
    const target = targetOf(server.url, { headers: server.headers ?? {}, repeatable: [tool] });
    const text = async (session: Session): Promise<string> => {
      const { blocks } = await session.callTool(tool, args, signal);
      return Buffer.from(blocks[0]?.bytes ?? []).toString('utf8');
    };

    const checked = await connections.check(owner, target, signal);
    expect([checked.era, checked.tools.map(({ name }) => name)]).toEqual([era, expect.arrayContaining([tool])]);
    const both = await Promise.all([connections, another()].map((manager) => manager.connect(owner, target, signal)));
    for (const said of await Promise.all([...both, ...both].map(text))) expect(said).toMatch(answer);
    expect(both.map((session) => session.server)).toEqual([checked.server, checked.server]);
    await Promise.all(both.map((session) => session.close()));

    await connections.disconnect(owner, target, signal);
    const anew = await connections.connect(owner, target, signal);
    expect(await text(anew)).toMatch(answer);
    await anew.close();
    expect(await open(owner)).toEqual([]);
  }, 60_000);
});
