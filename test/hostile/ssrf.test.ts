/** No URL that a user or a server gives leads to this machine, its network, or the service itself: not one connection is made. */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NetworkRefused } from '../../lib/net/errors.ts';
import { type GuardedFetch, openGuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { attackersResolver, ownHosts, redirectVectors, ssrfVectors } from '../../lib/net/testing/vectors.ts';
import { hostileTarget, managerOver, owner } from './manager.ts';

/** Connections, whatever is said over them: a TLS greeting counts too. */
let hits = 0;
let port = 0;
let servers: Server[] = [];
const { lookup } = attackersResolver();
const limits = { ownHosts, maxBytes: 100_000, idleMs: 2_000, totalMs: 5_000, connectionsPerOrigin: 2, lookup };
const strict = openGuardedFetch({ ...limits, allowOrigins: [] });

/** What stands behind the same port on both families; a machine without IPv6 has the first alone. */
async function listenAt(host: string, at: number): Promise<Server | null> {
  const server = createServer((socket) => {
    hits += 1;
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nin');
  });
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(at, host, () => resolve(server));
  });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  const first = await listenAt('127.0.0.1', 0);
  if (first === null) throw new Error('no loopback');
  port = portOf(first);
  servers = [first, ...(await Promise.all(['::1', '127.0.0.2'].map((host) => listenAt(host, port)))).flatMap((it) => it ?? [])];
});
afterAll(async () => {
  await strict.close();
  for (const server of servers) server.close();
});
beforeEach(() => {
  hits = 0;
});

/** Every way in which a URL from outside is fetched. */
const entries: Readonly<Record<string, (fetch: GuardedFetch, url: string, signal: AbortSignal) => Promise<unknown>>> = {
  'the guarded fetch': (fetch, url, signal) => fetch(url, { signal }),
  'the guarded fetch, with a body': (fetch, url, signal) => fetch(url, { signal, method: 'POST', body: 'x' }),
  'a connection to an MCP server': (fetch, url, signal) => managerOver(fetch).connect(owner(), hostileTarget(url), signal),
};

describe.each(Object.entries(entries))('%s', (_name, enter) => {
  test('reaches none of over 200 addresses', async () => {
    const vectors = ssrfVectors(port);
    expect(new Set(vectors.map(({ url }) => url)).size).toBeGreaterThan(200);
    const through: string[] = [];
    for (const { name, url } of vectors) {
      // Twice: what a name resolves to may change in between. The wait is for the one address that is public and silent.
      for (const _time of [1, 2, 3]) {
        const outcome = await enter(strict.fetch, url, AbortSignal.timeout(200)).then(
          () => 'answered',
          () => null,
        );
        if (outcome !== null || hits > 0) through.push(name);
        hits = 0;
      }
    }
    expect(through).toEqual([]);
  });

  test('follows no redirect', async () => {
    const locations = redirectVectors(port);
    const front = createHttpServer((request, response) => {
      const { status = 500, location = '' } = locations[Number(request.url?.slice(1))] ?? {};
      response.writeHead(status, { location }).end();
    });
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${portOf(front)}`;
    const open = openGuardedFetch({ ...limits, allowOrigins: [origin] });
    for (const at of locations.keys()) {
      const tried = enter(open.fetch, `${origin}/${at}`, AbortSignal.timeout(2_000));
      await expect(tried, JSON.stringify(locations[at])).rejects.toThrow(/answered with a redirect/);
    }
    expect(hits).toBe(0);
    await open.close();
    front.close();
  });

  test('does reach what is allowed, so that a hit would have been seen', async () => {
    const open = openGuardedFetch({ ...limits, allowOrigins: [`http://127.0.0.1:${port}`, `http://[::1]:${port}`] });
    await enter(open.fetch, `http://127.0.0.1:${port}/`, AbortSignal.timeout(2_000)).catch(() => undefined);
    expect(hits).toBeGreaterThan(0);
    await open.close();
  });
});

test('each is refused by a rule, not by luck', async () => {
  const lucky: string[] = [];
  for (const { name, url } of ssrfVectors(port)) {
    const error: unknown = await strict.fetch(url, { signal: AbortSignal.timeout(200) }).catch((thrown: unknown) => thrown);
    const isRefused = error instanceof NetworkRefused || (error instanceof TypeError && error.message === 'Invalid URL');
    if (!isRefused && !name.includes('rebinds')) lucky.push(`${name}: ${error}`);
  }
  expect(lucky).toEqual([]);
});

test('a name is looked up once for each connection, so that what was checked is what is used', async () => {
  const { lookup, asked } = attackersResolver();
  const guard = openGuardedFetch({ ...limits, idleMs: 300, lookup, allowOrigins: [] });
  const url = `https://rebinds.attacker.example:${port}/`;
  // Public at first, where nobody answers.
  await expect(guard.fetch(url)).rejects.not.toBeInstanceOf(NetworkRefused);
  expect([...asked.values()]).toEqual([1]);
  await expect(guard.fetch(url)).rejects.toMatchObject({ reason: 'address' });
  expect([[...asked.values()], hits]).toEqual([[2], 0]);
  await guard.close();
});

test.each(['2130706433', '0x7f.1', '127。0。0。1', '[::ffff:127.0.0.1]'])(
  'unguarded, %s does lead to this machine',
  async (host) => {
    const answer = await fetch(`http://${host}:${port}/`).then((response) => response.text());
    expect([answer, hits]).toEqual(['in', 1]);
  },
);
