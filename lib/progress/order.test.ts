import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import type { Push } from './fan-out.ts';
import { stepStarted } from './makers.ts';
import { messagesIn, newRun, person, stage } from './stage.fixture.ts';

let cache: Cache;
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  const redis = await testRedis();
  stop = redis.stop;
  cache = openCache({ url: redis.url, cluster: false });
});
afterAll(async () => {
  await cache.close();
  await stop();
});

test('frames of a run come one after another, also when the next is published while one is on its way', async () => {
  const ada = person();
  const frames: string[] = [];
  const tried: string[] = [];
  let held = Promise.withResolvers<void>();
  const push: Push = async (_connectionId, frame) => {
    tried.push(frame);
    await held.promise;
    frames.push(frame);
    return 'sent';
  };
  held.resolve();
  const { progress, connect } = stage({ cache, members: [ada], push });
  const run = newRun();
  await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
  await progress.watch({ runId: run.runId, connectionId: await connect(ada), principal: ada, after: null });
  frames.length = 0;
  tried.length = 0;

  held = Promise.withResolvers();
  const first = progress.publish(run, [stepStarted('assessment', 'DE', 1)]);
  await vi.waitUntil(() => tried.length === 1, { timeout: 10_000, interval: 5 });
  const second = progress.publish(run, [stepStarted('assessment', 'GV', 1)]);
  // Long enough for the second to overtake the first, if it could.
  await vi.waitUntil(() => tried.length === 2, { timeout: 50, interval: 5 }).catch(() => undefined);
  expect(tried).toHaveLength(1);
  held.resolve();
  await Promise.all([first, second]);
  const items = messagesIn(frames).map((message) => JSON.stringify(message).match(/"stepName":"assessment\/(\w+)/)?.[1]);
  expect(items).toEqual(['DE', 'GV']);
});

test('a socket that takes no frame costs the others nothing, over several batches', async () => {
  const ada = person();
  let stuck = '';
  const given = Promise.withResolvers<'sent'>();
  const quick: string[] = [];
  const push: Push = async (connectionId, frame) => {
    if (connectionId === stuck) return given.promise;
    quick.push(frame);
    return 'sent';
  };
  const { progress, connect } = stage({ cache, members: [ada], push });
  const run = newRun();
  const [first, second] = [await connect(ada), await connect(ada)];
  for (const connectionId of [first, second])
    await progress.watch({ runId: run.runId, connectionId, principal: ada, after: null });
  stuck = first;
  quick.length = 0;
  const published: Promise<void>[] = [];
  for (const attempt of [1, 2, 3, 4]) {
    published.push(progress.publish(run, [stepStarted('manager', 'plan', attempt)]));
    await vi.waitUntil(() => quick.length === attempt, { timeout: 10_000, interval: 5 });
  }
  expect(quick).toHaveLength(4);
  given.resolve('sent');
  await Promise.all(published);
});
