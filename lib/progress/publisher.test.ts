import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFaultProxy } from '../../test/support/fault-proxy.ts';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { custom, stateDelta, stepFinished, stepName, stepStarted } from './makers.ts';
import { newRun, stage, upTo } from './stage.fixture.ts';
import { readAll } from './stream.ts';
import { toolCallEvents } from './tool-calls.ts';
import { verified, verifiedToTheEnd } from './verify.fixture.ts';

let url = '';
let cache: Cache;
let stop = async (): Promise<void> => undefined;
beforeAll(async () => {
  ({ url, stop } = await testRedis());
  cache = openCache({ url, cluster: false });
});
afterAll(async () => {
  await cache.close();
  await stop();
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
    const { progress, warnings } = stage({ cache });
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
