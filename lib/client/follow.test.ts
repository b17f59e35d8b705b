import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Envelope, RunEventBody } from '../contract/events.ts';
import { verified } from '../progress/verify.fixture.ts';
import { type Client, createClient } from './client.ts';
import { ApiRequestFailed } from './errors.ts';
import { calm, projectId, runId, type Simulation, simulate, type Weather, whenDone } from './simulation.fixture.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }));
afterEach(() => void vi.useRealTimers());

const seeds = fc.nat();

function clientOf(simulation: Simulation): Client {
  const { WebSocket, fetch } = simulation;
  return createClient({
    baseUrl: 'http://api.test',
    wsUrl: 'ws://api.test',
    token: () => 'token',
    fetch,
    WebSocket,
    random: () => 0.5,
  });
}
async function collect(client: Client, signal?: AbortSignal): Promise<Envelope[]> {
  const all: Envelope[] = [];
  for await (const envelope of client.follow(runId, signal === undefined ? {} : { signal })) all.push(envelope);
  return all;
}
const step = (n: number, type: 'STEP_STARTED' | 'STEP_FINISHED' = 'STEP_STARTED'): RunEventBody => ({
  type,
  stepName: `extraction/${n}#1`,
});
const finish: RunEventBody = {
  type: 'RUN_FINISHED',
  threadId: projectId,
  runId,
  outcome: { type: 'success' },
  result: { outcome: 'complete' },
};

/** A run of `n` steps, two open at a time, an event every `everyMs`. */
function play(simulation: Simulation, n: number, everyMs: number): RunEventBody[] {
  const events: RunEventBody[] = [{ type: 'RUN_STARTED', threadId: projectId, runId }, step(0)];
  for (let i = 1; i < n; i += 1) events.push(step(i), step(i - 1, 'STEP_FINISHED'));
  events.push(step(n - 1, 'STEP_FINISHED'), finish);
  for (const [i, event] of events.entries()) setTimeout(() => simulation.publish(event), i * everyMs);
  return events;
}
const bodies = (envelopes: readonly Envelope[]): RunEventBody[] => envelopes.map(({ event }) => event);

describe('following a run', () => {
  test('nothing is lost and nothing shown twice, whatever the network does', async () => {
    const weather: fc.Arbitrary<Weather> = fc.record({
      cut: fc.nat(8),
      lose: fc.nat(25),
      repeat: fc.nat(50),
      delayMs: fc.nat(900),
      refuse: fc.nat(50),
    });
    await fc.assert(
      fc.asyncProperty(
        weather,
        seeds,
        fc.integer({ min: 1, max: 12 }),
        fc.constantFrom(1, 60, 700),
        async (faults, seed, n, everyMs) => {
          const simulation = simulate(faults, seed);
          const collecting = collect(clientOf(simulation));
          const published = play(simulation, n, everyMs);
          const envelopes = await whenDone(collecting);
          expect(bodies(envelopes)).toEqual(published);
          expect(envelopes.map(({ seq }) => seq)).toEqual(published.map((_, i) => i + 1));
        },
      ),
      { numRuns: 80 },
    );
  });

  test('a flushed Redis costs history, never the run: what is shown stays valid and ends', async () => {
    const weather: Weather = { cut: 2, lose: 5, repeat: 10, delayMs: 200, refuse: 10 };
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 2, max: 10 }), fc.integer({ min: 0, max: 3_000 }), async (seed, n, flushAt) => {
        const simulation = simulate(weather, seed);
        const collecting = collect(clientOf(simulation));
        play(simulation, n, 150);
        setTimeout(() => simulation.flush(), flushAt);
        setTimeout(
          () => {
            simulation.outcome = 'complete';
          },
          n * 2 * 150 + 300,
        );
        const shown = bodies(await whenDone(collecting));
        expect(shown.at(-1)?.type).toBe('RUN_FINISHED');
        expect(await verified(shown)).toHaveLength(shown.length);
      }),
      { numRuns: 80 },
    );
  });

  test('each socket takes a fresh ticket and asks only for what is new', async () => {
    const simulation = simulate(calm);
    const collecting = collect(clientOf(simulation));
    play(simulation, 5, 1_000);
    for (const at of [1_500, 4_500, 7_500]) setTimeout(() => simulation.cutAll(), at);
    expect(bodies(await whenDone(collecting))).toHaveLength(12);
    expect(simulation.tickets).toEqual(['t1', 't2', 't3', 't4']);
    expect(simulation.asked.map((after) => after?.seq)).toEqual([undefined, 2, 5, 8]);
  });

  test('a lost frame is asked for again half a second after the next one came', async () => {
    const simulation = simulate(calm);
    const client = clientOf(simulation);
    const seen: [number, number][] = [];
    const watching = (async () => {
      for await (const { seq } of client.follow(runId)) seen.push([seq, performance.now()]);
    })();
    simulation.publish({ type: 'RUN_STARTED', threadId: projectId, runId });
    await vi.advanceTimersByTimeAsync(1_000);
    simulation.loseNext();
    simulation.publish(step(1));
    simulation.publish(step(2));
    const lostAt = performance.now();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(seen.map(([seq]) => seq)).toEqual([1, 2, 3]);
    expect((seen[2]?.[1] ?? 0) - lostAt).toBeGreaterThanOrEqual(500);
    expect((seen[2]?.[1] ?? 0) - lostAt).toBeLessThan(600);
    simulation.publish(step(1, 'STEP_FINISHED'));
    simulation.publish(step(2, 'STEP_FINISHED'));
    simulation.publish(finish);
    await whenDone(watching);
  });

  test('a socket that nobody answers on is left for another', async () => {
    const simulation = simulate(calm);
    const collecting = collect(clientOf(simulation));
    play(simulation, 3, 20_000);
    setTimeout(() => simulation.mute(), 25_000);
    expect(bodies(await whenDone(collecting))).toHaveLength(8);
    expect(simulation.tickets.length).toBeGreaterThan(1);
  });

  test('an end that was never published is taken from the database', async () => {
    const simulation = simulate(calm);
    const collecting = collect(clientOf(simulation));
    simulation.publish(step(1));
    simulation.outcome = 'failed';
    const shown = bodies(await whenDone(collecting, 60_000));
    expect(shown.map(({ type }) => type)).toEqual(['RUN_STARTED', 'STEP_STARTED', 'STEP_FINISHED', 'RUN_ERROR']);
  });

  test.each(['sockets', 'all'] as const)('no %s for a while: polled, and the run ends', async (down) => {
    const simulation = simulate(calm);
    simulation.down = down;
    const collecting = collect(clientOf(simulation));
    setTimeout(() => {
      simulation.outcome = 'partial';
    }, 20_000);
    setTimeout(() => {
      if (down === 'all') simulation.down = 'sockets';
    }, 40_000);
    const shown = bodies(await whenDone(collecting, 120_000));
    expect(shown.map(({ type }) => type)).toEqual(['RUN_STARTED', 'RUN_FINISHED']);
  });

  test('a run that is not to be seen is an error at once', async () => {
    const simulation = simulate(calm);
    const fetch = async (): Promise<Response> =>
      Response.json({ error: { code: 'NOT_FOUND', message: 'There is no such run.', requestId: 'r-1' } }, { status: 404 });
    await expect(whenDone(collect(clientOf({ ...simulation, fetch })))).rejects.toThrow(ApiRequestFailed);
  });

  test('an aborted follower stops at once and closes its socket', async () => {
    const simulation = simulate(calm);
    const stop = new AbortController();
    const collecting = collect(clientOf(simulation), stop.signal);
    setTimeout(() => stop.abort(new Error('enough')), 5_000);
    await expect(whenDone(collecting, 6_000)).rejects.toThrow('enough');
    expect(simulation.open).toBe(0);
  });
});
