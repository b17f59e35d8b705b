/**
 * What the guarded way out costs a request: the same requests over the same loopback server in the same process, guarded and bare, in
 * turns. The bare client is the one underneath.
 */
import { createServer, type Server } from 'node:http';
import { fetch as bareFetch } from 'undici';
import { boundedFetch } from '../../lib/mcp/bounded-answer.ts';
import { openGuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { median, millis, type Row, type Say, whole } from '../result.ts';

export interface GuardBenchmarkOptions {
  /** Requests of each kind. */
  readonly requests: number;
  readonly say: Say;
}

/** What a tool's answer of about so many bytes looks like. */
const answer = (bytes: number): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'x'.repeat(bytes) }] } });
const sizes = [1_000, 100_000, 4_000_000] as const;

export async function guardBenchmark({ requests, say }: GuardBenchmarkOptions): Promise<Row[]> {
  const answers = new Map(sizes.map((size) => [`/${size}`, answer(size)]));
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(answers.get(request.url ?? ''));
  });
  const origin = await listen(server);
  const guard = openGuardedFetch({
    ...{ allowOrigins: [origin], ownHosts: [], maxBytes: 8 * 2 ** 20 },
    ...{ idleMs: 20_000, totalMs: 40_000, connectionsPerOrigin: 10 },
  });
  const bounded = boundedFetch(guard.fetch);
  const rows: Row[] = [];
  try {
    for (const size of sizes) {
      const count = size > 1e6 ? Math.ceil(requests / 10) : requests;
      say(`guard: ${whole(count)} answers of ${whole(size)} bytes`);
      const read = {
        guarded: async () => (await bounded(`${origin}/${size}`)).json(),
        bare: async () => (await bareFetch(`${origin}/${size}`)).json(),
      };
      const times: Record<keyof typeof read, number[]> = { guarded: [], bare: [] };
      for (let at = -10; at < count; at += 1) {
        for (const kind of ['guarded', 'bare'] as const) {
          const from = performance.now();
          await read[kind]();
          // The first ones open sockets and are compiled.
          if (at >= 0) times[kind].push(performance.now() - from);
        }
      }
      rows.push(row(`answers of ${whole(size)} bytes (${whole(count)})`, median(times.guarded), median(times.bare)));
    }
  } finally {
    await guard.close();
    server.close();
    server.closeAllConnections();
  }
  return rows;
}

const listen = (server: Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`);
    });
  });

const row = (subject: string, guardedMs: number, bareMs: number): Row => ({
  benchmark: 'guard',
  subject,
  result: `p50 ${millis(guardedMs)}`,
  baseline: `bare p50 ${millis(bareMs)}`,
  ratio: guardedMs / bareMs,
  goal: null,
  figures: { guardedMs, bareMs },
});
