import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { agent, type RunEventBody, runState } from '../contract/events.ts';
import { custom, type ProgressEvent, runStarted, stateDelta, stepFinished, stepName, stepStarted } from './makers.ts';
import { operationsOf } from './operations.ts';
import { clock, eventsOf, newRun, put } from './stage.fixture.ts';
import { append, eraseRun, readAll, replay, setEpoch } from './stream.ts';
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

const call = (id: string, step: string) => toolCallEvents(step, [{ id, server: 'files', tool: 'read', args: { path: 'a' } }]);

describe('a stream', () => {
  test('begins with RUN_STARTED and the state, whatever is published first', async () => {
    const run = newRun();
    await put(cache, run, [stepStarted('manager', 'plan', 1)]);
    await put(cache, run, [runStarted()]);
    expect(await verified(await eventsOf(cache, run))).toEqual(['RUN_STARTED', 'STATE_SNAPSHOT', 'STEP_STARTED', 'STATE_DELTA']);
  });

  test('steps may run side by side', async () => {
    const run = newRun();
    await put(cache, run, [stepStarted('extraction', 'a', 1), stepStarted('extraction', 'b', 1)]);
    await put(cache, run, [stepFinished('extraction', 'a', 1)]);
    const state = runState.parse(stateAfter(await eventsOf(cache, run)));
    expect(Object.keys(state.agents)).toEqual(['extraction/b#1']);
    await put(cache, run, [], { outcome: 'complete' });
    await verifiedToTheEnd(await eventsOf(cache, run));
  });

  test('the end closes steps and tool calls that a killed task left open', async () => {
    const run = newRun();
    const step = stepName('extraction', 'a', 1);
    const [start, args, end] = call('c-1', step).started;
    const [laterStart, ...later] = call('c-2', step).started;
    if (!(start && args && end && laterStart)) throw new Error('A call has three events.');
    await put(cache, run, [stepStarted('extraction', 'a', 1), start, args, laterStart, ...later]);
    await put(cache, run, [], { outcome: 'failed' });
    const types = await verifiedToTheEnd(await eventsOf(cache, run));
    // Which call is closed first is nobody's business.
    expect(types.slice(-6, -3).filter((type) => type === 'TOOL_CALL_RESULT')).toHaveLength(2);
    expect(types.slice(-3)).toEqual(['STEP_FINISHED', 'STATE_DELTA', 'RUN_ERROR']);
    expect(stateAfter(await eventsOf(cache, run))).toMatchObject({ outcome: 'failed', agents: {} });
  });

  test('ends once: a second end and anything later are refused', async () => {
    const run = newRun();
    await put(cache, run, [runStarted()]);
    const ends = await Promise.all([
      put(cache, run, [], { outcome: 'partial' }),
      put(cache, run, [], { outcome: 'failed' }),
      put(cache, { ...run, epoch: 9 }, [], { outcome: 'complete' }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['ok', 'done', 'done']);
    expect((await put(cache, { ...run, epoch: 10 }, [stepStarted('report', 'x', 1)])).status).toBe('done');
    expect(await verifiedToTheEnd(await eventsOf(cache, run))).toEqual([
      'RUN_STARTED',
      'STATE_SNAPSHOT',
      'STATE_DELTA',
      'RUN_FINISHED',
    ]);
  });

  test('a stage that is over writes no more, and ends the run all the same', async () => {
    const run = newRun(2);
    await setEpoch(cache, run.runId, 3);
    await setEpoch(cache, run.runId, 1);
    expect((await put(cache, run, [stepStarted('manager', 'plan', 1)])).status).toBe('stale');
    expect((await put(cache, { ...run, epoch: 4 }, [stepStarted('report', 'x', 1)])).status).toBe('ok');
    expect((await put(cache, { ...run, epoch: 3 }, [stepStarted('manager', 'plan', 2)])).status).toBe('stale');
    expect((await put(cache, run, [], { outcome: 'complete' })).status).toBe('ok');
    await verifiedToTheEnd(await eventsOf(cache, run));
  });

  test('a batch whose answer was lost is appended once', async () => {
    const run = newRun();
    const ops = operationsOf(stateDelta({ add: { toolCalls: 5 } }), clock.now());
    const again = { run, writer: 'a', batch: 7, freshStream: 'stream-a', now: clock.now(), ops };
    expect((await append(cache, again)).status).toBe('ok');
    expect((await append(cache, again)).status).toBe('duplicate');
    expect((await append(cache, { ...again, writer: 'b' })).status).toBe('ok');
    expect(stateAfter(await eventsOf(cache, run))).toMatchObject({ counts: { toolCalls: 10 } });
  });

  test('a new attempt closes the one that was killed, which can then say nothing', async () => {
    const run = newRun();
    const killed = stepName('extraction', 'a', 1);
    await put(cache, run, [stepStarted('extraction', 'a', 1), ...call('c-1', killed).started]);
    await put(cache, run, [stepStarted('extraction', 'a', 2)]);
    const before = (await eventsOf(cache, run)).length;
    await put(cache, run, [
      stepFinished('extraction', 'a', 1),
      stepStarted('extraction', 'a', 1),
      ...call('c-9', killed).started,
    ]);
    await put(cache, run, call('c-1', killed).finished([]));
    expect(await eventsOf(cache, run)).toHaveLength(before);
    expect(Object.keys(runState.parse(stateAfter(await eventsOf(cache, run))).agents)).toEqual(['extraction/a#2']);
    await put(cache, run, [stepFinished('extraction', 'a', 2)], { outcome: 'complete' });
    await verifiedToTheEnd(await eventsOf(cache, run));
  });

  test('when it may end is told once a batch, kept for who comes later, and gone at the end', async () => {
    const run = newRun();
    await put(cache, run, [stateDelta({ expectedInMs: 90_000 }), stateDelta({ expectedInMs: 40_000 })]);
    const expected = { expectedEndAt: new Date(clock.now().getTime() + 40_000).toISOString() };
    expect(stateAfter(await eventsOf(cache, run))).toMatchObject(expected);
    const { events } = await replay(cache, run.runId, { stream: 'another-stream', seq: 1 });
    expect(stateAfter(events.map(({ event }) => event))).toMatchObject(expected);
    await put(cache, run, [stateDelta({ expectedInMs: 1_000 })], { outcome: 'complete' });
    expect(runState.parse(stateAfter(await eventsOf(cache, run))).expectedEndAt).toBeNull();
    await verifiedToTheEnd(await eventsOf(cache, run));
  });

  test('ten tasks that count at once lose nothing', async () => {
    const run = newRun();
    await Promise.all(
      Array.from({ length: 10 }, () =>
        put(cache, run, [stateDelta({ add: { toolCalls: 3, filesRead: 2 } }), stateDelta({ add: { toolCalls: 1 } })]),
      ),
    );
    expect(stateAfter(await eventsOf(cache, run))).toMatchObject({ counts: { toolCalls: 40, filesRead: 20, gaps: 0 } });
  });

  test('more open steps than a snapshot can show are still steps', async () => {
    const run = newRun();
    await put(
      cache,
      run,
      Array.from({ length: 60 }, (_, n) => stepStarted('extraction', `${'x'.repeat(70)}${n}`, 1)),
    );
    const { events } = await replay(cache, run.runId, { stream: 'another-stream', seq: 1 });
    expect(events.filter(({ event }) => event.type === 'STEP_STARTED')).toHaveLength(60);
    expect(Math.max(...events.map((event) => Buffer.byteLength(JSON.stringify(event))))).toBeLessThan(32_000);
    await put(
      cache,
      run,
      Array.from({ length: 60 }, (_, n) => stepFinished('extraction', `${'x'.repeat(70)}${n}`, 1)),
      { outcome: 'complete' },
    );
    expect(stateAfter(await eventsOf(cache, run))).toMatchObject({ agents: {} });
    await verifiedToTheEnd(await eventsOf(cache, run));
  });

  test('two runs share nothing, and an erased run leaves nothing', async () => {
    const [one, other] = [newRun(), newRun()];
    await put(cache, one, [stateDelta({ add: { toolCalls: 3 } })]);
    await put(cache, other, [runStarted()]);
    expect(stateAfter(await eventsOf(cache, other))).toMatchObject({ counts: { toolCalls: 0 } });
    await eraseRun(cache, one.runId);
    expect(await readAll(cache, one.runId)).toBeNull();
    expect(await eventsOf(cache, other)).toHaveLength(2);
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
    fc.nat(90_000).map((expectedInMs) => [stateDelta({ expectedInMs })]),
    fc.constant([runStarted()]),
    fc.constant([custom({ name: 'assay.degraded', value: { step: 's', reason: 'r' } })]),
  );
  const script = fc.array(fc.tuple(fc.array(event, { maxLength: 4 }), fc.integer({ min: 1, max: 3 })), { maxLength: 12 });

  test('the stream is valid AG-UI, gapless, and its patches fit', async () => {
    await fc.assert(
      fc.asyncProperty(script, fc.constantFrom('complete', 'failed', 'cancelled'), async (batches, outcome) => {
        const run = newRun();
        await Promise.all(batches.map(([events, epoch]) => put(cache, { ...run, epoch }, events.flat())));
        await put(cache, run, [], { outcome });
        await Promise.all(batches.map(([events, epoch]) => put(cache, { ...run, epoch }, events.flat())));
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
        await put(cache, run, [runStarted()]);
        for (const [events] of batches) await put(cache, run, events.flat());
        const told = await eventsOf(cache, run);
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
