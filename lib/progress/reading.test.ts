import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { custom, runStarted, stateDelta, stepFinished, stepStarted } from './makers.ts';
import { eventsOf, newRun, put } from './stage.fixture.ts';
import { eraseRun, read, readAll, replay } from './stream.ts';
import { stateAfter, verifiedToTheEnd } from './verify.fixture.ts';

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

describe('reading', () => {
  test('pages from a cursor to the newest, without a gap', async () => {
    const run = newRun();
    await put(
      cache,
      run,
      Array.from({ length: 25 }, (_, n) => stepStarted('extraction', `i${n}`, 1)),
    );
    const seen: number[] = [];
    let page = await replay(cache, run.runId, null, 7);
    for (;;) {
      seen.push(...page.events.map(({ seq }) => seq));
      const last = seen.at(-1) ?? 0;
      if (last >= page.newest || page.stream === null) break;
      page = await replay(cache, run.runId, { stream: page.stream, seq: last }, 7);
    }
    expect(seen).toEqual(Array.from({ length: 28 }, (_, i) => i + 1));
  });

  test('an unknown run is empty; a reader who has everything gets nothing', async () => {
    expect(await read(cache, randomUUID(), null, 10)).toEqual({ stream: null, newest: 0, events: [] });
    const run = newRun();
    await put(cache, run, [runStarted()]);
    const { stream, newest } = await read(cache, run.runId, null, 10);
    expect(await read(cache, run.runId, { stream: stream ?? '', seq: newest }, 10)).toEqual({ stream, newest: 2, events: [] });
  });

  test('a cursor of a lost stream, or ahead of this one, gets the snapshot', async () => {
    const run = newRun();
    await put(cache, run, [stepStarted('manager', 'plan', 1)]);
    const { stream } = await read(cache, run.runId, null, 10);
    for (const after of [
      { stream: 'lost-stream', seq: 2 },
      { stream: stream ?? '', seq: 99 },
    ]) {
      const { events } = await replay(cache, run.runId, after);
      expect(events.map(({ event: body }) => body.type)).toEqual(['RUN_STARTED', 'STATE_SNAPSHOT', 'STEP_STARTED']);
    }
  });

  test('after a flush a new stream begins, and late finishes of lost steps are left out', async () => {
    const run = newRun();
    await put(cache, run, [stepStarted('extraction', 'a', 1), stateDelta({ add: { toolCalls: 7 } })]);
    const before = await read(cache, run.runId, null, 10);
    await eraseRun(cache, run.runId);
    await put(cache, run, [stepFinished('extraction', 'a', 1), stepStarted('assessment', 'b', 1)]);
    const after = await read(cache, run.runId, null, 10);
    expect(after.stream).not.toBe(before.stream);
    await put(cache, run, [stateDelta({ set: { toolCalls: 9 } })], { outcome: 'complete' });
    await verifiedToTheEnd(await eventsOf(cache, run));
    expect(stateAfter(await eventsOf(cache, run))).toMatchObject({ counts: { toolCalls: 9 } });
  });

  test('a stream past its cap is archived as its last state, still valid', async () => {
    const run = newRun();
    const many = Array.from({ length: 2_600 }, (_, n) =>
      custom({ name: 'assay.degraded', value: { step: `s${n}`, reason: 'r' } }),
    );
    for (let i = 0; i < 5; i += 1) await put(cache, run, many);
    await put(cache, run, [stateDelta({ add: { degraded: 5 } })], { outcome: 'partial' });
    const all = await readAll(cache, run.runId);
    expect(all?.complete).toBe(false);
    const events = (all?.events ?? []).map((envelope) => envelope.event);
    expect(await verifiedToTheEnd(events)).toEqual(['RUN_STARTED', 'STATE_SNAPSHOT', 'RUN_FINISHED']);
    expect(stateAfter(events)).toMatchObject({ outcome: 'partial', counts: { degraded: 5 } });
    expect(all?.events.at(-1)?.seq).toBe(13_004);
  });
});
