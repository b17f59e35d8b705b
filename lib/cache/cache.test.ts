import { randomUUID } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import type { Principal } from '../contract/principal.ts';
import { type Cache, openCache } from './cache.ts';
import { CacheDefect, CacheUnavailable } from './errors.ts';
import { keys } from './keys.ts';
import { takeToken } from './limits.ts';
import { issueTicket, redeemTicket } from './tickets.ts';

let url = '';
let cache: Cache;
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  const redis = await testRedis();
  url = redis.url;
  stop = redis.stop;
  cache = openCache({ url, cluster: false });
});
afterAll(async () => {
  await cache.close();
  await stop();
});

const someone = (): Principal => ({ userId: randomUUID(), email: 'a@example.org', expiresAt: 2_000_000_000 });
const hour = { seconds: 3600 };

describe('tickets', () => {
  test('a ticket gives back its principal, once', async () => {
    const principal = someone();
    const { ticket, expiresInSeconds } = await issueTicket(cache, principal);
    expect(expiresInSeconds).toBe(60);
    expect(await redeemTicket(cache, ticket)).toEqual(principal);
    expect(await redeemTicket(cache, ticket)).toBeNull();
  });

  test('of twenty at once, one gets in', async () => {
    const { ticket } = await issueTicket(cache, someone());
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeemTicket(cache, ticket)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
  });

  test('carries 256 bits, and Redis never holds it', async () => {
    const { ticket } = await issueTicket(cache, someone());
    expect(Buffer.from(ticket, 'base64url')).toHaveLength(32);
    expect(await cache.get(keys.ticket(ticket))).toBeNull();
  });

  test('expires after at most 60 s', async () => {
    const expiries: number[] = [];
    const spying: Cache = { ...cache, set: async (_key, _value, { seconds }) => void expiries.push(seconds) };
    await issueTicket(spying, someone());
    expect(expiries).toEqual([60]);
  });

  test.each(['', 'x', '*', 'a:b', '\u{1f600}', 'A'.repeat(5000)])('%j is refused', async (ticket) => {
    expect(await redeemTicket(cache, ticket)).toBeNull();
  });
});

describe('takeToken', () => {
  test('allows a minute of requests at once, then says when the next is due', async () => {
    const wanted = { userId: randomUUID(), bucket: 'api', perMinute: 6 } as const;
    const answers = await Promise.all(Array.from({ length: 10 }, () => takeToken(cache, wanted)));
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(6);
    const { allowed, retryAfterSeconds } = await takeToken(cache, wanted);
    expect(allowed).toBe(false);
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(9);
    expect(retryAfterSeconds).toBeLessThanOrEqual(10);
  });

  test('users and buckets are counted apart', async () => {
    const one = { userId: randomUUID(), bucket: 'api', perMinute: 1 } as const;
    await takeToken(cache, one);
    expect((await takeToken(cache, one)).allowed).toBe(false);
    expect((await takeToken(cache, { ...one, bucket: 'socket' })).allowed).toBe(true);
    expect((await takeToken(cache, { ...one, userId: randomUUID() })).allowed).toBe(true);
  });

  test('an empty bucket fills at the rate asked for', async () => {
    const wanted = { userId: randomUUID(), bucket: 'api', perMinute: 6_000 } as const;
    const took = await Promise.all(Array.from({ length: 6_050 }, () => takeToken(cache, wanted)));
    expect(took.some(({ allowed }) => !allowed)).toBe(true);
    const wait = took.find(({ allowed }) => !allowed)?.retryAfterSeconds;
    expect(wait).toBe(1);
  });
});

describe('openCache', () => {
  test('a hash field renews the expiry of the whole hash', async () => {
    const key = keys.connectionRuns(randomUUID());
    await cache.setField(key, 'a:b', '1', hour);
    await cache.setField(key, 'a', 'b:1', hour);
    expect(await cache.fields(key)).toEqual(
      new Map([
        ['a:b', '1'],
        ['a', 'b:1'],
      ]),
    );
    await cache.removeField(key, 'a');
    expect([...(await cache.fields(key)).keys()]).toEqual(['a:b']);
  });

  test('a refused command is a defect, not an outage', async () => {
    const key = keys.connectionRuns(randomUUID());
    await cache.set(key, 'text', hour);
    await expect(cache.setField(key, 'field', 'value', hour)).rejects.toThrow(CacheDefect);
  });

  test('nobody listens: refused within a second, the first time and later', async () => {
    const nobody = openCache({ url: 'redis://127.0.0.1:1', cluster: false });
    const startedAt = performance.now();
    await expect(nobody.ping()).rejects.toThrow(CacheUnavailable);
    expect((await takeToken(nobody, { userId: randomUUID(), bucket: 'api', perMinute: 1 })).allowed).toBe(true);
    await expect(issueTicket(nobody, someone())).rejects.toThrow(CacheUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await nobody.close();
  });

  test('no cluster there: refused within a second', async () => {
    const nobody = openCache({ url: 'redis://127.0.0.1:1', cluster: true });
    const startedAt = performance.now();
    await expect(nobody.ping()).rejects.toThrow(CacheUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await nobody.close();
  });

  test('finds Redis again after an outage', async () => {
    const relay = await openRelay(new URL(url));
    const through = openCache({ url: relay.url, cluster: false });
    await through.ping();
    relay.cut();
    await expect(through.ping()).rejects.toThrow(CacheUnavailable);
    relay.mend();
    await expect
      .poll(
        () =>
          through.ping().then(
            () => 'back',
            () => 'gone',
          ),
        { timeout: 5_000 },
      )
      .toBe('back');
    await through.close();
    await relay.close();
  });

  test('a Redis that accepts and never answers costs seconds once, then nothing', async () => {
    const mute = await listen((socket) => void socket.on('error', () => undefined));
    const silent = openCache({ url: `redis://127.0.0.1:${portOf(mute)}`, cluster: false });
    const startedAt = performance.now();
    await expect(silent.ping()).rejects.toThrow(CacheUnavailable);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    await silent.close();
    mute.close();
  });
});

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

async function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer(serve);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Passes bytes to Redis until it is cut: then it refuses, at the same address. */
async function openRelay(target: URL): Promise<{ url: string; cut(): void; mend(): void; close(): Promise<void> }> {
  const open = new Set<Socket>();
  let down = false;
  const server = await listen((socket) => {
    if (down) return void socket.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => undefined).on('close', () => to.destroy());
    }
  });
  const relayed = new URL(target);
  relayed.port = String(portOf(server));
  const drop = (): void => {
    for (const socket of open) socket.destroy();
    open.clear();
  };
  return {
    url: relayed.href,
    cut: () => {
      down = true;
      drop();
    },
    mend: () => {
      down = false;
    },
    close: async () => {
      drop();
      server.close();
    },
  };
}
