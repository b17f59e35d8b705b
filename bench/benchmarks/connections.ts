/**
 * What the connection manager costs: calls per second through it and through the bare SDK client, on the same server in another process, and
 * how many requests a run spends before its first call, cold and warm.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { openCache } from '../../lib/cache/cache.ts';
import { openLocalKeys } from '../../lib/keys/local.ts';
import { type Connections, openConnections } from '../../lib/mcp/connections.ts';
import { openGuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { startRedis } from '../../local/services/redis.ts';
import { type CountingServer, type Era, startCountingServer } from '../connections/protocol.ts';
import { median, type Row, type Say, whole } from '../result.ts';

export interface ConnectionsBenchmarkOptions {
  /** Calls per round; rounds of the two take turns, and the median of each counts. */
  readonly calls: number;
  readonly rounds: number;
  readonly folder: string;
  readonly say: Say;
}

/** Sockets to one origin (lib/runtime/resources.ts). */
const AT_ONCE = 10;
const NO_LIMIT = new AbortController().signal;
/** Everything that is no call. */
const handshakes = ['server/discover', 'initialize', 'notifications/initialized', 'tools/list', 'ping'] as const;

export async function connectionsBenchmark(options: ConnectionsBenchmarkOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const era of ['older', 'modern'] as const) {
    options.say(`connections: ${whole(options.calls)} calls, ${era} protocol`);
    const server = await startCountingServer(era);
    try {
      rows.push(...(await withManager(server, options.folder, (manager) => measure(era, server, manager, options))));
    } finally {
      await server.stop();
    }
  }
  return rows;
}

async function withManager<T>(server: CountingServer, folder: string, work: (manager: Connections) => Promise<T>): Promise<T> {
  const redis = await startRedis({ dir: join(folder, 'redis'), redisUrl: '' });
  const cache = openCache({ url: redis.url, cluster: false });
  const limits = { maxBytes: 16 * 1024 * 1024, idleMs: 20_000, connectionsPerOrigin: AT_ONCE };
  const guarded = openGuardedFetch({ allowOrigins: [server.origin], ...limits });
  try {
    const keys = await openLocalKeys(join(folder, 'connections.json'));
    return await work(openConnections({ fetch: guarded.fetch, cache, keys, timeScale: 1 }));
  } finally {
    await guarded.close();
    await cache.close();
    await redis.stop();
  }
}

type Call = (text: string) => Promise<unknown>;
/** Opens, hands out the call, closes. */
type Opened = (use: (call: Call) => Promise<void>) => Promise<void>;

async function measure(
  era: Era,
  server: CountingServer,
  manager: Connections,
  { calls, rounds }: ConnectionsBenchmarkOptions,
): Promise<Row[]> {
  const owner = { userId: randomUUID() };
  const target = { connectionId: randomUUID(), name: 'bench', url: server.url, headers: {}, version: 1 };
  const managed: Opened = async (use) => {
    const session = await manager.connect(owner, target, NO_LIMIT);
    await session.listTools(NO_LIMIT);
    await use((text) => session.callTool('echo', { text }, NO_LIMIT));
    await session.close();
  };
  const bare: Opened = async (use) => {
    const client = new Client({ name: 'bare', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
    await client.listTools();
    await use((text) => client.callTool({ name: 'echo', arguments: { text } }));
    await client.close();
  };

  const cold = await before(managed, server);
  const warm = await before(managed, server);
  const without = await before(bare, server);
  const perSecond: { managed: number[]; bare: number[] } = { managed: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    perSecond.managed.push(await rate(managed, calls));
    perSecond.bare.push(await rate(bare, calls));
  }
  const [ours, theirs] = [median(perSecond.managed), median(perSecond.bare)];
  const common = { benchmark: 'connections' };
  return [
    {
      ...common,
      subject: `${whole(calls)} calls, ${era} protocol`,
      result: `${whole(Math.round(ours))} calls a second`,
      baseline: `bare client ${whole(Math.round(theirs))} calls a second`,
      ratio: theirs / ours,
      goal: null,
      figures: { callsPerSecond: ours, bareCallsPerSecond: theirs },
    },
    {
      ...common,
      subject: `requests before the first call, ${era} protocol`,
      result: `${warm} warm, ${cold} cold`,
      baseline: `bare client ${without}`,
      ratio: warm / without,
      goal: { text: 'none when warm', met: warm === 0 },
      figures: { warmRequests: warm, coldRequests: cold, bareRequests: without },
    },
  ];
}

async function before(opened: Opened, server: CountingServer): Promise<number> {
  await server.counts();
  await opened(async (call) => void (await call('a word')));
  const counts = await server.counts();
  return handshakes.reduce((sum, method) => sum + (counts[method] ?? 0), 0);
}

/** Calls per second, without what opening costs. */
async function rate(opened: Opened, calls: number): Promise<number> {
  let ms = 0;
  await opened(async (call) => {
    const from = performance.now();
    const each = calls / AT_ONCE;
    const caller = async (): Promise<void> => {
      for (let n = 0; n < each; n += 1) await call('a word');
    };
    await Promise.all(Array.from({ length: AT_ONCE }, caller));
    ms = performance.now() - from;
  });
  return calls / (ms / 1000);
}
