import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { BREAKER_FAILURES, openBreaker } from './breaker.ts';
import { type Cache, openCache } from './cache.ts';
import { keys } from './keys.ts';

let cache: Cache;
let redisUrl: string;
beforeAll(async () => {
  ({ url: redisUrl } = await testRedis());
  cache = openCache({ url: redisUrl, cluster: false });
});
afterAll(() => cache.close());

const pair = () => [randomUUID(), randomUUID()] as const;
async function broken(timeScale: number) {
  const breaker = openBreaker(cache, { timeScale });
  const its = pair();
  for (let n = 0; n < BREAKER_FAILURES; n += 1) await breaker.failed(...its);
  return { breaker, its };
}

test('it opens after five failures in a row, for this user and connection only', async () => {
  const breaker = openBreaker(cache);
  const [user, connection] = pair();
  for (let n = 1; n < BREAKER_FAILURES; n += 1) await breaker.failed(user, connection);
  expect(await breaker.ask(user, connection)).toMatchObject({ state: 'failing', since: null });
  await breaker.failed(user, connection);
  const { state, since, retryAt } = await breaker.ask(user, connection);
  expect([state, Number(retryAt) - Number(since)]).toEqual(['open', 30_000]);
  expect((await breaker.ask(user, randomUUID())).state).toBe('closed');
  expect((await breaker.ask(randomUUID(), connection)).state).toBe('closed');
});

test('a success in between starts the count anew', async () => {
  const breaker = openBreaker(cache);
  const its = pair();
  for (let n = 1; n < BREAKER_FAILURES; n += 1) await breaker.failed(...its);
  await breaker.worked(...its);
  await breaker.failed(...its);
  expect((await breaker.ask(...its)).state).toBe('failing');
});

test('failures that lie further apart than it remembers do not add up', async () => {
  const breaker = openBreaker(cache, { timeScale: 0.001 });
  const its = pair();
  for (let n = 1; n < BREAKER_FAILURES; n += 1) await breaker.failed(...its);
  await expect.poll(async () => (await breaker.look(...its)).state, { timeout: 5_000 }).toBe('closed');
  await breaker.failed(...its);
  expect((await breaker.look(...its)).state).toBe('failing');
});

test('nothing is remembered for longer than it says, whether it is open or not', async () => {
  const breaker = openBreaker(cache);
  const redis = new Redis(redisUrl);
  const [user, connection] = pair();
  for (let n = 0; n < BREAKER_FAILURES; n += 1) {
    await breaker.failed(user, connection);
    const leftMs = await redis.pttl(keys.connectionOf(user, connection, 'breaker'));
    expect(leftMs).toBeGreaterThan(590_000);
    expect(leftMs).toBeLessThanOrEqual(600_000);
  }
  redis.disconnect();
});

test('once it has cooled down one caller may try, and looking takes nobody that place', async () => {
  const { breaker, its } = await broken(0.01);
  await expect.poll(() => breaker.look(...its)).toMatchObject({ state: 'half-open' });
  const states = await Promise.all(Array.from({ length: 5 }, () => breaker.ask(...its)));
  expect(states.map(({ state }) => state).sort()).toEqual(['half-open', 'open', 'open', 'open', 'open']);
});

test('a try that fails opens it again, since when it first opened; one that works closes it', async () => {
  const { breaker, its } = await broken(0.01);
  const { since } = await breaker.look(...its);
  await expect.poll(() => breaker.ask(...its)).toMatchObject({ state: 'half-open' });
  await breaker.failed(...its);
  expect(await breaker.ask(...its)).toMatchObject({ state: 'open', since });
  await breaker.worked(...its);
  expect(await breaker.ask(...its)).toMatchObject({ state: 'closed' });
});

test('with Redis gone everybody passes', async () => {
  const nowhere = openCache({ url: 'redis://127.0.0.1:1', cluster: false });
  const breaker = openBreaker(nowhere);
  await breaker.failed(...pair());
  expect((await breaker.ask(...pair())).state).toBe('closed');
  await nowhere.close();
});
