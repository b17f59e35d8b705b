import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFaultProxy } from '../../test/support/fault-proxy.ts';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { type Envelope, envelope, limits, type ServerMessage, serverMessage } from '../contract/events.ts';
import type { Principal } from '../contract/principal.ts';
import type { Push } from './fan-out.ts';
import { custom, stateDelta, stepFinished, stepName, stepStarted } from './makers.ts';
import type { RunRef } from './operations.ts';
import { openProgress } from './publisher.ts';
import { connectionOwner, dropConnection, expiredConnections, registerConnection, unsubscribe } from './registry.ts';
import { readAll } from './stream.ts';
import { toolCallEvents } from './tool-calls.ts';
import { verified, verifiedToTheEnd } from './verify.fixture.ts';

let url = '';
let cache: Cache;
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  const redis = await testRedis();
  ({ url, stop } = redis);
  cache = openCache({ url, cluster: false });
});
afterAll(async () => {
  await cache.close();
  await stop();
});

const clock = { now: () => new Date('2026-11-23T12:00:00.000Z') };
const later = clock.now().getTime() / 1000 + 3_600;
const person = (expiresAt = later): Principal => ({ userId: randomUUID(), email: null, expiresAt });
const newRun = (): RunRef => ({ runId: randomUUID(), projectId: randomUUID(), epoch: 1 });

/** Sockets that remember what they got. */
function stage(options: { cache?: Cache; push?: Push; members?: readonly Principal[] } = {}) {
  const frames = new Map<string, string[]>();
  const gone = new Set<string>();
  const warnings: string[] = [];
  const members = new Set(options.members?.map(({ userId }) => userId));
  const used = options.cache ?? cache;
  const push: Push = async (connectionId, frame) => {
    if (gone.has(connectionId)) return 'gone';
    frames.set(connectionId, [...(frames.get(connectionId) ?? []), frame]);
    return 'sent';
  };
  const progress = openProgress({
    cache: used,
    push: options.push ?? push,
    mayStillSee: async ({ userId }) => members.has(userId),
    logger: { warn: (message) => void warnings.push(message) },
    clock,
  });
  return {
    progress,
    members,
    gone,
    warnings,
    frames: (connectionId: string) => frames.get(connectionId) ?? [],
    seen: (connectionId: string) => envelopesIn(frames.get(connectionId) ?? []),
    connect: async (principal: Principal) => {
      const connectionId = `${randomUUID()}=`;
      await registerConnection(used, { connectionId, principal });
      return connectionId;
    },
  };
}

function messagesIn(frames: readonly string[]): (Envelope | ServerMessage)[] {
  return frames.map((frame) => {
    const message: unknown = JSON.parse(frame);
    const event = envelope.safeParse(message);
    return event.success ? event.data : serverMessage.parse(message);
  });
}
function envelopesIn(frames: readonly string[]): Envelope[] {
  return messagesIn(frames).flatMap((message) => {
    if (!('kind' in message)) return [message];
    if (message.kind !== 'batch') return [];
    const { runId, stream, events } = message;
    return events.map((event) => ({ v: 1 as const, runId, stream, ...event }));
  });
}
const numbers = (events: readonly Envelope[]): number[] => events.map(({ seq }) => seq);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('watching', () => {
  test('replays what was missed, says so, and goes live without a gap', async () => {
    const ada = person();
    const { progress, connect, frames, seen } = stage({ members: [ada] });
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
    const { progress, connect, frames, seen } = stage({ members: [ada] });
    const run = newRun();
    const socket = await connect(ada);
    await progress.watch({ runId: run.runId, connectionId: socket, principal: ada, after: null });
    expect(messagesIn(frames(socket))).toEqual([{ v: 1, kind: 'replay-end', runId: run.runId, stream: null, seq: 0 }]);
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(numbers(seen(socket))).toEqual(upTo(4));
  });

  test('who is no member is told nothing, not even that the run exists', async () => {
    const [ada, eve] = [person(), person()];
    const { progress, connect, frames } = stage({ members: [ada] });
    const run = newRun();
    const socket = await connect(eve);
    expect(await progress.watch({ runId: run.runId, connectionId: socket, principal: eve, after: null })).toBe('not-found');
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(frames(socket)).toEqual([]);
  });

  test('who stopped being a member gets no further frame, while the others do', async () => {
    const [ada, eve] = [person(), person()];
    const { progress, connect, members, frames } = stage({ members: [ada, eve] });
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
    const { progress, connect, frames } = stage({ members: [soon] });
    const run = newRun();
    const socket = await connect(soon);
    expect(await progress.watch({ runId: run.runId, connectionId: socket, principal: soon, after: null })).toBe('expired');
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    expect(frames(socket)).toEqual([]);
  });

  test('a question that cannot be answered means no', async () => {
    const ada = person();
    const { progress, connect, frames } = stage({ members: [ada] });
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
    const { progress, connect, frames, seen } = stage({ members: [ada] });
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
    const { progress, connect, gone } = stage({ members: [ada] });
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
    const spy = stage({ members: [ada], push });
    for (const run of [one, two]) await spy.progress.publish(run, [stepStarted('manager', 'plan', 2)]);
    expect(tries).toEqual([]);
  });

  test('keeps its principal until dropped, and is listed once expired', async () => {
    const soon = person(1_000);
    const { connect } = stage();
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
    const { progress, connect, frames } = stage({ members: [ada] });
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
    const { progress, connect } = stage({ members: [ada], push });
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

describe('publishing', () => {
  test('5,000 tool calls of ten tasks at once cost few round trips and keep every count', async () => {
    let trips = 0;
    const counting: Cache = {
      ...cache,
      run: (...args) => {
        trips += 1;
        return cache.run(...args);
      },
    };
    const { progress } = stage({ cache: counting });
    const run = newRun();
    await Promise.all(
      Array.from({ length: 10 }, async (_, task) => {
        await progress.publish(run, [stepStarted('extraction', `task-${task}`, 1)]);
        for (let i = 0; i < 10; i += 1) {
          const calls = Array.from({ length: 50 }, (__, n) => ({
            id: randomUUID(),
            server: 'files',
            tool: 'read',
            args: { path: `${task}/${n}` },
          }));
          const events = toolCallEvents(stepName('extraction', `task-${task}`, 1), calls);
          await progress.publish(run, events.started);
          const results = calls.map(({ id }) => ({ id, status: 'ok' as const, durationMs: 1, bytes: 10 }));
          await progress.publish(run, [...events.finished(results), stateDelta({ add: { toolCalls: 50, filesRead: 50 } })]);
        }
        await progress.publish(run, [stepFinished('extraction', `task-${task}`, 1)]);
      }),
    );
    await progress.terminal(run, { outcome: 'complete' });
    expect(trips).toBeLessThan(250);
    const all = await readAll(cache, run.runId);
    await verifiedToTheEnd((all?.events ?? []).map(({ event }) => event));
    expect(all?.events.length).toBeLessThan(700);
    expect(JSON.stringify(all?.events)).toContain('"path":"/counts/toolCalls","value":5000');
  });

  test('an impossible event is left out, logged, and costs the others nothing', async () => {
    const { progress, warnings } = stage();
    const run = newRun();
    await progress.publish(run, [
      { type: 'STEP_STARTED', stepName: 'nonsense' },
      { type: 'TOOL_CALL_START', toolCallId: 'x'.repeat(900), toolCallName: 'y' },
      { type: 'TOOL_CALL_START', toolCallId: 'c', toolCallName: 'y'.repeat(40_000) },
      stepStarted('manager', 'plan', 1),
    ]);
    expect(warnings).toHaveLength(1);
    expect(await verified(((await readAll(cache, run.runId))?.events ?? []).map(({ event }) => event))).toContain('STEP_STARTED');
  });
});

describe('with Redis in trouble', () => {
  test('gone for good: every publish returns at once or nearly, and nothing throws', async () => {
    const nobody = openCache({ url: 'redis://127.0.0.1:1', cluster: false });
    const { progress } = stage({ cache: nobody });
    const run = newRun();
    const startedAt = performance.now();
    for (let i = 0; i < 200; i += 1) await progress.publish(run, [stepStarted('extraction', `i${i}`, 1)]);
    await progress.terminal(run, { outcome: 'failed' });
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    await nobody.close();
  });

  test('silent: a publish waits a second at most', async () => {
    const proxy = await openFaultProxy(url);
    const through = openCache({ url: proxy.through(url), cluster: false });
    const { progress } = stage({ cache: through });
    const run = newRun();
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    proxy.set({ halfOpen: true });
    const startedAt = performance.now();
    await progress.publish(run, [stepFinished('manager', 'plan', 1)]);
    expect(performance.now() - startedAt).toBeLessThan(1_300);
    await proxy.close();
    await through.close();
  });

  test('back after a failover: everything published meanwhile is there, once, in order', async () => {
    const proxy = await openFaultProxy(url);
    const through = openCache({ url: proxy.through(url), cluster: false });
    const { progress, warnings } = stage({ cache: through });
    const run = newRun();
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    await proxy.down();
    for (let i = 0; i < 30; i += 1)
      await progress.publish(run, [custom({ name: 'assay.degraded', value: { step: `s${i}`, reason: 'r' } })]);
    await progress.terminal(run, { outcome: 'partial' });
    await proxy.up();
    const events = async () => ((await readAll(cache, run.runId))?.events ?? []).map(({ event }) => event);
    await expect.poll(async () => (await events()).at(-1)?.type, { timeout: 10_000 }).toBe('RUN_FINISHED');
    const told = (await events()).flatMap((event) =>
      event.type === 'CUSTOM' && event.name === 'assay.degraded' ? [event.value.step] : [],
    );
    expect(told).toEqual(upTo(30).map((n) => `s${n - 1}`));
    await verifiedToTheEnd(await events());
    expect(warnings).toEqual([]);
    await through.close();
    await proxy.close();
  });

  test('an answer lost on the way back: the batch is appended once', async () => {
    const proxy = await openFaultProxy(url);
    const through = openCache({ url: proxy.through(url), cluster: false });
    const { progress } = stage({ cache: through });
    const run = newRun();
    await progress.publish(run, [stepStarted('manager', 'plan', 1)]);
    let broken = 0;
    proxy.set({
      inspect: (chunk, direction) => {
        if (direction === 'to-client' || broken > 0 || !chunk.includes('evalsha')) return 'pass';
        broken += 1;
        return 'pass-and-reset';
      },
    });
    await progress.publish(run, [stateDelta({ add: { toolCalls: 5 } })]);
    await progress.terminal(run, { outcome: 'complete' });
    const events = async () => JSON.stringify((await readAll(cache, run.runId))?.events ?? []);
    await expect.poll(events, { timeout: 5_000 }).toContain('RUN_FINISHED');
    expect(broken).toBe(1);
    expect(await events()).toContain('"path":"/counts/toolCalls","value":5}');
    await through.close();
    await proxy.close();
  });
});
