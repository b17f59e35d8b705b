/** A cluster refuses a script whose keys lie in two slots: the whole path once on a real one. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { takeToken } from '../cache/limits.ts';
import { issueTicket, redeemTicket } from '../cache/tickets.ts';
import type { Principal } from '../contract/principal.ts';
import { runStarted, stateDelta, stepStarted } from './makers.ts';
import { openProgress } from './publisher.ts';
import { connectionOwner, dropConnection, expiredConnections, registerConnection, unsubscribe } from './registry.ts';
import { eraseRun, readAll, replay, setEpoch } from './stream.ts';
import { verifiedToTheEnd } from './verify.fixture.ts';

let cache: Cache;
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  const redis = await testRedis({ cluster: true });
  stop = redis.stop;
  cache = openCache({ url: redis.url, cluster: true });
});
afterAll(async () => {
  await cache.close();
  await stop();
});

const principal: Principal = { userId: randomUUID(), email: null, expiresAt: 4_000_000_000 };

test('tickets, limits and pings', async () => {
  await cache.ping();
  const { ticket } = await issueTicket(cache, principal);
  expect(await redeemTicket(cache, ticket)).toEqual(principal);
  expect(await takeToken(cache, { userId: principal.userId, bucket: 'api', perMinute: 1 })).toEqual({
    allowed: true,
    retryAfterSeconds: 0,
  });
});

test('runs of different slots, from the first event to the last, watched', async () => {
  const frames: string[] = [];
  const progress = openProgress({
    cache,
    push: async (_, frame) => {
      frames.push(frame);
      return 'sent';
    },
    mayStillSee: async () => true,
    logger: { warn: (message) => void frames.push(message) },
    clock: { now: () => new Date() },
  });
  for (let i = 0; i < 8; i += 1) {
    const run = { runId: randomUUID(), projectId: randomUUID(), epoch: 2 };
    const connectionId = `${randomUUID()}=`;
    await registerConnection(cache, { connectionId, principal });
    expect(await progress.watch({ runId: run.runId, connectionId, principal, after: null })).toBe('watching');
    await setEpoch(cache, run.runId, 2);
    await progress.publish(run, [runStarted(), stepStarted('manager', 'plan', 1), stateDelta({ add: { findings: 1 } })]);
    await progress.terminal(run, { outcome: 'complete' });
    await verifiedToTheEnd(((await readAll(cache, run.runId))?.events ?? []).map(({ event }) => event));
    expect((await replay(cache, run.runId, { stream: 'another-one', seq: 1 })).events.at(-1)?.event.type).toBe('RUN_FINISHED');
    await unsubscribe(cache, { runId: run.runId, connectionId });
    expect(await connectionOwner(cache, connectionId)).toEqual(principal);
    expect(await expiredConnections(cache, new Date(0))).not.toContain(connectionId);
    await dropConnection(cache, connectionId);
    await eraseRun(cache, run.runId);
    expect(await readAll(cache, run.runId)).toBeNull();
  }
  expect(frames).toHaveLength(8 * 3);
});
