import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { agent, type RunEventBody, runState } from '../contract/events.ts';
import { custom, type ProgressEvent, runStarted, stateDelta, stepFinished, stepName, stepStarted } from './makers.ts';
import { operationsOf, type RunRef } from './operations.ts';
import { type Appended, append, eraseRun, read, readAll, replay, setEpoch } from './stream.ts';
import { toolCallEvents } from './tool-calls.ts';
import { stateAfter, verified, verifiedToTheEnd } from './verify.fixture.ts';

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

const newRun = (epoch = 1): RunRef => ({ runId: randomUUID(), projectId: randomUUID(), epoch });
const now = new Date('2026-11-23T12:00:00.000Z');
let batch = 0;

type Outcome = { outcome: 'complete' | 'partial' | 'cancelled' | 'failed' };
function put(run: RunRef, events: readonly ProgressEvent[], end?: Outcome): Promise<Appended> {
  batch += 1;
  const ops = events.flatMap((event) => operationsOf(event, now));
  return append(cache, {
    run,
    writer: 'test',
    batch,
    freshStream: `stream-${batch}-xx`,
    now,
    ops,
    ...(end === undefined ? {} : { outcome: end }),
  });
}
async function eventsOf(run: RunRef): Promise<RunEventBody[]> {
  return ((await readAll(cache, run.runId))?.events ?? []).map(({ event }) => event);
}
const call = (id: string, step: string) => toolCallEvents(step, [{ id, server: 'files', tool: 'read', args: { path: 'a' } }]);

describe('a stream', () => {
  test('begins with RUN_STARTED and the state, whatever is published first', async () => {
    const run = newRun();
    await put(run, [stepStarted('manager', 'plan', 1)]);
    await put(run, [runStarted()]);
    expect(await verified(await eventsOf(run))).toEqual(['RUN_STARTED', 'STATE_SNAPSHOT', 'STEP_STARTED', 'STATE_DELTA']);
  });

  test('steps may run side by side', async () => {
    const run = newRun();
    await put(run, [stepStarted('extraction', 'a', 1), stepStarted('extraction', 'b', 1)]);
    await put(run, [stepFinished('extraction', 'a', 1)]);
    const state = runState.parse(stateAfter(await eventsOf(run)));
    expect(Object.keys(state.agents)).toEqual(['extraction/b#1']);
    await put(run, [], { outcome: 'complete' });
    await verifiedToTheEnd(await eventsOf(run));
  });

  test('the end closes steps and tool calls that a killed task left open', async () => {
    const run = newRun();
    const step = stepName('extraction', 'a', 1);
    const [start, args, end] = call('c-1', step).started;
    const [laterStart, ...later] = call('c-2', step).started;
    if (!(start && args && end && laterStart)) throw new Error('A call has three events.');
    await put(run, [stepStarted('extraction', 'a', 1), start, args, laterStart, ...later]);
    await put(run, [], { outcome: 'failed' });
    const types = await verifiedToTheEnd(await eventsOf(run));
    // Which call is closed first is nobody's business.
    expect(types.slice(-6, -3).filter((type) => type === 'TOOL_CALL_RESULT')).toHaveLength(2);
    expect(types.slice(-3)).toEqual(['STEP_FINISHED', 'STATE_DELTA', 'RUN_ERROR']);
    expect(stateAfter(await eventsOf(run))).toMatchObject({ outcome: 'failed', agents: {} });
  });

  test('ends once: a second end and anything later are refused', async () => {
    const run = newRun();
    await put(run, [runStarted()]);
    const ends = await Promise.all([
      put(run, [], { outcome: 'partial' }),
      put(run, [], { outcome: 'failed' }),
      put({ ...run, epoch: 9 }, [], { outcome: 'complete' }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['ok', 'done', 'done']);
    expect((await put({ ...run, epoch: 10 }, [stepStarted('report', 'x', 1)])).status).toBe('done');
    expect(await verifiedToTheEnd(await eventsOf(run))).toEqual(['RUN_STARTED', 'STATE_SNAPSHOT', 'STATE_DELTA', 'RUN_FINISHED']);
  });

  test('a stage that is over writes no more, and ends the run all the same', async () => {
    const run = newRun(2);
    await setEpoch(cache, run.runId, 3);
    await setEpoch(cache, run.runId, 1);
    expect((await put(run, [stepStarted('manager', 'plan', 1)])).status).toBe('stale');
    expect((await put({ ...run, epoch: 4 }, [stepStarted('report', 'x', 1)])).status).toBe('ok');
    expect((await put({ ...run, epoch: 3 }, [stepStarted('manager', 'plan', 2)])).status).toBe('stale');
    expect((await put(run, [], { outcome: 'complete' })).status).toBe('ok');
    await verifiedToTheEnd(await eventsOf(run));
  });

  test('a batch whose answer was lost is appended once', async () => {
    const run = newRun();
    const ops = operationsOf(stateDelta({ add: { toolCalls: 5 } }), now);
    const again = { run, writer: 'a', batch: 7, freshStream: 'stream-a', now, ops };
    expect((await append(cache, again)).status).toBe('ok');
    expect((await append(cache, again)).status).toBe('duplicate');
    expect((await append(cache, { ...again, writer: 'b' })).status).toBe('ok');
    expect(stateAfter(await eventsOf(run))).toMatchObject({ counts: { toolCalls: 10 } });
  });

  test('a new attempt closes the one that was killed, which can then say nothing', async () => {
    const run = newRun();
    const killed = stepName('extraction', 'a', 1);
    await put(run, [stepStarted('extraction', 'a', 1), ...call('c-1', killed).started]);
    await put(run, [stepStarted('extraction', 'a', 2)]);
    const before = (await eventsOf(run)).length;
    await put(run, [stepFinished('extraction', 'a', 1), stepStarted('extraction', 'a', 1), ...call('c-9', killed).started]);
    await put(run, call('c-1', killed).finished([]));
    expect(await eventsOf(run)).toHaveLength(before);
    expect(Object.keys(runState.parse(stateAfter(await eventsOf(run))).agents)).toEqual(['extraction/a#2']);
    await put(run, [stepFinished('extraction', 'a', 2)], { outcome: 'complete' });
    await verifiedToTheEnd(await eventsOf(run));
  });

  test('ten tasks that count at once lose nothing', async () => {
    const run = newRun();
    await Promise.all(
      Array.from({ length: 10 }, () =>
        put(run, [stateDelta({ add: { toolCalls: 3, filesRead: 2 } }), stateDelta({ add: { toolCalls: 1 } })]),
      ),
    );
    expect(stateAfter(await eventsOf(run))).toMatchObject({ counts: { toolCalls: 40, filesRead: 20, gaps: 0 } });
  });

  test('more open steps than a snapshot can show are still steps', async () => {
    const run = newRun();
    await put(
      run,
      Array.from({ length: 60 }, (_, n) => stepStarted('extraction', `${'x'.repeat(70)}${n}`, 1)),
    );
    const { events } = await replay(cache, run.runId, { stream: 'another-stream', seq: 1 });
    expect(events.filter(({ event }) => event.type === 'STEP_STARTED')).toHaveLength(60);
    expect(Math.max(...events.map((event) => Buffer.byteLength(JSON.stringify(event))))).toBeLessThan(32_000);
    await put(
      run,
      Array.from({ length: 60 }, (_, n) => stepFinished('extraction', `${'x'.repeat(70)}${n}`, 1)),
      { outcome: 'complete' },
    );
    expect(stateAfter(await eventsOf(run))).toMatchObject({ agents: {} });
    await verifiedToTheEnd(await eventsOf(run));
  });

  test('two runs share nothing, and an erased run leaves nothing', async () => {
    const [one, other] = [newRun(), newRun()];
    await put(one, [stateDelta({ add: { toolCalls: 3 } })]);
    await put(other, [runStarted()]);
    expect(stateAfter(await eventsOf(other))).toMatchObject({ counts: { toolCalls: 0 } });
    await eraseRun(cache, one.runId);
    expect(await readAll(cache, one.runId)).toBeNull();
    expect(await eventsOf(other)).toHaveLength(2);
  });
});

describe('whatever tasks do', () => {
  const item = fc.constantFrom('a', 'b/c', '~#"');
  const attempt = fc.integer({ min: 1, max: 3 });
  const anyAgent = fc.constantFrom(...agent.options);
  const callId = fc.constantFrom('c1', 'c2', 'c3');
  const part = fc.integer({ min: 0, max: 2 });
  const event: fc.Arbitrary<readonly ProgressEvent[]> = fc.oneof(
    fc.tuple(anyAgent, item, attempt).map((of) => [stepStarted(...of)]),
    fc.tuple(anyAgent, item, attempt).map((of) => [stepFinished(...of)]),
    fc
      .tuple(callId, anyAgent, item, attempt, part)
      .map(([id, a, i, n, p]) => call(id, stepName(a, i, n)).started.slice(p, p + 1)),
    callId.map((id) => [...call(id, 'manager/x#1').finished([])]),
    fc.record({ toolCalls: fc.nat(9), gaps: fc.nat(9) }).map((add) => [stateDelta({ add })]),
    fc.constant([runStarted()]),
    fc.constant([custom({ name: 'assay.degraded', value: { step: 's', reason: 'r' } })]),
  );
  const script = fc.array(fc.tuple(fc.array(event, { maxLength: 4 }), fc.integer({ min: 1, max: 3 })), { maxLength: 12 });

  test('the stream is valid AG-UI, gapless, and its patches fit', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.constantFrom('complete', 'failed', 'cancelled'), async (batches, outcome) => {
        const run = newRun();
        await Promise.all(batches.map(([events, epoch]) => put({ ...run, epoch }, events.flat())));
        await put(run, [], { outcome });
        await Promise.all(batches.map(([events, epoch]) => put({ ...run, epoch }, events.flat())));
        const all = await readAll(cache, run.runId);
        const events = (all?.events ?? []).map((envelope) => envelope.event);
        await verifiedToTheEnd(events);
        expect(all?.events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
        expect(stateAfter(events)).toMatchObject({ outcome, agents: {} });
      }),
      { numRuns: 150 },
    );
  });

  test('a snapshot shows the same state and the same open work as the events before it', async () => {
    await fc.assert(
      fc.asyncProperty(script, async (batches) => {
        const run = newRun();
        await put(run, [runStarted()]);
        for (const [events] of batches) await put(run, events.flat());
        const told = await eventsOf(run);
        const { events: parts, newest } = await replay(cache, run.runId, { stream: 'some-other', seq: 3 });
        const shown = parts.map(({ event: body }) => body);
        expect(parts.map(({ seq, snapshot }) => [seq, snapshot])).toEqual(
          parts.map((_, i) => [newest, { part: i + 1, of: parts.length }]),
        );
        expect(stateAfter(shown)).toEqual(stateAfter(told));
        expect(openWork(shown)).toEqual(openWork(told));
        await verified(shown);
      }),
      { numRuns: 150 },
    );
  });
});

function openWork(events: readonly RunEventBody[]): Set<string> {
  const open = new Set<string>();
  for (const event of events) {
    if (event.type === 'STEP_STARTED') open.add(event.stepName);
    if (event.type === 'STEP_FINISHED') open.delete(event.stepName);
    if (event.type === 'TOOL_CALL_START') open.add(`${event.toolCallId} args`);
    if (event.type === 'TOOL_CALL_END') open.delete(`${event.toolCallId} args`);
  }
  return open;
}

describe('reading', () => {
  test('pages from a cursor to the newest, without a gap', async () => {
    const run = newRun();
    await put(
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
    await put(run, [runStarted()]);
    const { stream, newest } = await read(cache, run.runId, null, 10);
    expect(await read(cache, run.runId, { stream: stream ?? '', seq: newest }, 10)).toEqual({ stream, newest: 2, events: [] });
  });

  test('a cursor of a lost stream, or ahead of this one, gets the snapshot', async () => {
    const run = newRun();
    await put(run, [stepStarted('manager', 'plan', 1)]);
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
    await put(run, [stepStarted('extraction', 'a', 1), stateDelta({ add: { toolCalls: 7 } })]);
    const before = await read(cache, run.runId, null, 10);
    await eraseRun(cache, run.runId);
    await put(run, [stepFinished('extraction', 'a', 1), stepStarted('assessment', 'b', 1)]);
    const after = await read(cache, run.runId, null, 10);
    expect(after.stream).not.toBe(before.stream);
    await put(run, [stateDelta({ set: { toolCalls: 9 } })], { outcome: 'complete' });
    await verifiedToTheEnd(await eventsOf(run));
    expect(stateAfter(await eventsOf(run))).toMatchObject({ counts: { toolCalls: 9 } });
  });

  test('a stream past its cap is archived as its last state, still valid', async () => {
    const run = newRun();
    const many = Array.from({ length: 2_600 }, (_, n) =>
      custom({ name: 'assay.degraded', value: { step: `s${n}`, reason: 'r' } }),
    );
    for (let i = 0; i < 5; i += 1) await put(run, many);
    await put(run, [stateDelta({ add: { degraded: 5 } })], { outcome: 'partial' });
    const all = await readAll(cache, run.runId);
    expect(all?.complete).toBe(false);
    const events = (all?.events ?? []).map((envelope) => envelope.event);
    expect(await verifiedToTheEnd(events)).toEqual(['RUN_STARTED', 'STATE_SNAPSHOT', 'RUN_FINISHED']);
    expect(stateAfter(events)).toMatchObject({ outcome: 'partial', counts: { degraded: 5 } });
    expect(all?.events.at(-1)?.seq).toBe(13_004);
  });
});
