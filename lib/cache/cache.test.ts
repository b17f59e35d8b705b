import { randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFaultProxy } from '../../test/support/fault-proxy.ts';
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

  test.each([
    ['an empty', ''],
    ['a wild card', '*'],
    ['a key-like', 'a:b'],
    ['a non-ASCII', '\u{1f600}'],
    ['a huge', 'A'.repeat(5_000)],
    ['an invented', randomUUID()],
  ])('%s ticket is refused', async (_, ticket) => {
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

  test('an outage is refused at once, and Redis is found again after it', async () => {
    const proxy = await openFaultProxy(url);
    const through = openCache({ url: proxy.through(url), cluster: false });
    await through.ping();
    await proxy.down();
    await expect(through.ping()).rejects.toThrow(CacheUnavailable);
    await proxy.up();
    await expect.poll(() => settled(through), { timeout: 5_000 }).toBe('answered');
    await through.close();
    await proxy.close();
  });

  test('a connection that broke while nobody looked costs the next command nothing', async () => {
    const proxy = await openFaultProxy(url);
    const through = openCache({ url: proxy.through(url), cluster: false });
    await through.ping();
    proxy.reset();
    expect(await settled(through)).toBe('answered');
    await through.close();
    await proxy.close();
  });

  test('a connection that swallows commands is dropped for a new one', async () => {
    const proxy = await openFaultProxy(url);
    const through = openCache({ url: proxy.through(url), cluster: false });
    await through.ping();
    let renewed = false;
    proxy.set({
      inspect: (chunk) => {
        // A new connection begins by saying hello; the old one swallows whatever it is told.
        renewed ||= /hello/i.test(chunk.toString('latin1'));
        return renewed ? 'pass' : 'drop';
      },
    });
    await expect(through.ping()).rejects.toThrow(CacheUnavailable);
    await expect.poll(() => settled(through), { timeout: 5_000 }).toBe('answered');
    await through.close();
    await proxy.close();
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

const settled = (cache: Cache): Promise<'answered' | 'refused'> =>
  cache.ping().then(
    () => 'answered',
    () => 'refused',
  );

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

async function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer(serve);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}
