import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { limits } from '../contract/events.ts';
import type { Push } from './fan-out.ts';
import { custom, stepFinished, stepStarted } from './makers.ts';
import { openProgress } from './publisher.ts';
import { connectionOwner, dropConnection, expiredConnections, unsubscribe } from './registry.ts';
import { clock, messagesIn, newRun, numbers, person, stage, upTo } from './stage.fixture.ts';
import { verifiedToTheEnd } from './verify.fixture.ts';

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

describe('watching', () => {
  test('replays what was missed, says so, and goes live without a gap', async () => {
    const ada = person();
    const { progress, connect, frames, seen } = stage({ cache, members: [ada] });
    const run = newRun();
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    const socket = await connect(ada);
    expect(await progress.watch({ runId: run.runId, connectionId: socket, principal: ada, after: null, requestId: 'r-1' })).toBe(
      'watching',
    );
    const { stream } = seen(socket)[0] ?? { stream: '' };
    expect(messagesIn(frames(socket)).at(-1)).toEqual({
      v: 1,
      kind: 'replay-end',
      requestId: 'r-1',
      runId: run.runId,
      stream,
      seq: 4,
    });
    await progress.publish(run, [stepFinished('manager', 'plan', 1)]);
    await progress.terminal(run, { outcome: 'complete' });
    expect(numbers(seen(socket))).toEqual(upTo(8));
    await verifiedToTheEnd(seen(socket).map(({ event }) => event));
  });

  test('a run that has not begun answers with an empty replay, then everything', async () => {
    const ada = person();
    const { progress, connect, frames, seen } = stage({ cache, members: [ada] });
    const run = newRun();
    const socket = await connect(ada);
    await progress.watch({ runId: run.runId, connectionId: socket, principal: ada, after: null });
    expect(messagesIn(frames(socket))).toEqual([{ v: 1, kind: 'replay-end', runId: run.runId, stream: null, seq: 0 }]);
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(numbers(seen(socket))).toEqual(upTo(4));
  });

  test('who is no member is told nothing, not even that the run exists', async () => {
    const [ada, eve] = [person(), person()];
    const { progress, connect, frames } = stage({ cache, members: [ada] });
    const run = newRun();
    const socket = await connect(eve);
    expect(await progress.watch({ runId: run.runId, connectionId: socket, principal: eve, after: null })).toBe('not-found');
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(frames(socket)).toEqual([]);
  });

  test('who stopped being a member gets no further frame, while the others do', async () => {
    const [ada, eve] = [person(), person()];
    const { progress, connect, members, frames } = stage({ cache, members: [ada, eve] });
    const run = newRun();
    const [hers, his] = [await connect(ada), await connect(eve)];
    for (const [connectionId, principal] of [
      [hers, ada],
      [his, eve],
    ] as const) {
      await progress.watch({ runId: run.runId, connectionId, principal, after: null });
    }
    members.delete(eve.userId);
    const before = frames(his).length;
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    members.add(eve.userId);
    await progress.publish(run, [stepFinished('manager', 'plan', 1)]);
    expect(frames(his)).toHaveLength(before);
    expect(frames(hers).length).toBeGreaterThan(2);
  });

  test('nothing is pushed after the token has expired', async () => {
    const soon = person(clock.now().getTime() / 1000);
    const { progress, connect, frames } = stage({ cache, members: [soon] });
    const run = newRun();
    const socket = await connect(soon);
    expect(await progress.watch({ runId: run.runId, connectionId: socket, principal: soon, after: null })).toBe('expired');
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(frames(socket)).toEqual([]);
  });

  test('a question that cannot be answered means no', async () => {
    const ada = person();
    const { progress, connect, frames } = stage({ cache, members: [ada] });
    const run = newRun();
    const socket = await connect(ada);
    await progress.watch({ runId: run.runId, connectionId: socket, principal: ada, after: null });
    const unsure = openProgress({
      cache,
      push: async () => 'sent',
      mayStillSee: () => Promise.reject(new Error('database gone')),
      logger: { warn: () => undefined },
      clock,
    });
    await unsure.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(frames(socket)).toHaveLength(1);
  });

  test('a long replay comes in few frames, each under the limit', async () => {
    const ada = person();
    const { progress, connect, frames, seen } = stage({ cache, members: [ada] });
    const run = newRun();
    const reason = '\u{1f600}'.repeat(500);
    for (let i = 0; i < 13; i += 1) {
      await progress.publish(
        run,
        Array.from({ length: 100 }, () => custom({ name: 'assay.degraded', value: { step: 's', reason } })),
      );
    }
    const socket = await connect(ada);
    await progress.watch({ runId: run.runId, connectionId: socket, principal: ada, after: null });
    expect(numbers(seen(socket))).toEqual(upTo(1_302));
    expect(Math.max(...frames(socket).map((frame) => Buffer.byteLength(frame)))).toBeLessThanOrEqual(limits.frameBytes);
    expect(frames(socket).length).toBeLessThan(130);
  });
});

describe('connections', () => {
  test('one that is gone is forgotten and never tried again', async () => {
    const ada = person();
    const { progress, connect, gone } = stage({ cache, members: [ada] });
    const socket = await connect(ada);
    const [one, two] = [newRun(), newRun()];
    for (const { runId } of [one, two]) await progress.watch({ runId, connectionId: socket, principal: ada, after: null });
    gone.add(socket);
    await progress.publish(one, [stepStarted('manager', 'plan', 1)]);
    expect(await connectionOwner(cache, socket)).toBeNull();
    gone.delete(socket);
    const tries: string[] = [];
    const push: Push = async (id) => {
      tries.push(id);
      return 'sent';
    };
    const spy = stage({ cache, members: [ada], push });
    for (const run of [one, two]) await spy.progress.publish(run, [stepStarted('manager', 'plan', 2)]);
    expect(tries).toEqual([]);
  });

  test('keeps its principal until dropped, and is listed once expired', async () => {
    const soon = person(1_000);
    const { connect } = stage({ cache });
    const socket = await connect(soon);
    expect(await connectionOwner(cache, socket)).toEqual(soon);
    expect(await expiredConnections(cache, new Date(999_000))).not.toContain(socket);
    expect(await expiredConnections(cache, new Date(1_000_000))).toContain(socket);
    await dropConnection(cache, socket);
    expect(await connectionOwner(cache, socket)).toBeNull();
    expect(await expiredConnections(cache, new Date(1_000_000))).not.toContain(socket);
  });

  test('unsubscribed, it hears no more', async () => {
    const ada = person();
    const { progress, connect, frames } = stage({ cache, members: [ada] });
    const run = newRun();
    const socket = await connect(ada);
    await progress.watch({ runId: run.runId, connectionId: socket, principal: ada, after: null });
    await unsubscribe(cache, { runId: run.runId, connectionId: socket });
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(frames(socket)).toHaveLength(1);
  });

  test('a slow one holds up neither the run nor the others', async () => {
    const ada = person();
    const quick: string[] = [];
    let slow = '';
    const push: Push = async (connectionId, frame, signal) => {
      if (connectionId === slow)
        return new Promise((_, reject) => void signal.addEventListener('abort', () => reject(new Error('slow'))));
      quick.push(frame);
      return 'sent';
    };
    const { progress, connect } = stage({ cache, members: [ada], push });
    const run = newRun();
    const [first, second] = [await connect(ada), await connect(ada)];
    for (const connectionId of [first, second])
      await progress.watch({ runId: run.runId, connectionId, principal: ada, after: null });
    slow = first;
    const before = quick.length;
    const startedAt = performance.now();
    const published = progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    await expect.poll(() => quick.length, { interval: 10, timeout: 500 }).toBeGreaterThan(before);
    await published;
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });
});
