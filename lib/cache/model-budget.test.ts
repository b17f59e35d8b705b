import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from './cache.ts';
import { keys } from './keys.ts';
import { type BudgetLimits, type ModelBudget, openModelBudget, type Reservation, type Spender } from './model-budget.ts';

describe.each([{ cluster: false }, { cluster: true }])('on Redis, $cluster', ({ cluster }) => {
  let cache: Cache;
  let stop = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const redis = await testRedis({ cluster });
    stop = redis.stop;
    cache = openCache({ url: redis.url, cluster });
  });
  afterAll(async () => {
    await cache.close();
    await stop();
  });

  const plenty: BudgetLimits = { tokensPerRun: 1e9, tokensPerUserDay: 1e9, microsPerRun: null, callsAtOnce: 10_000 };
  const budgetOf = (limits: Partial<BudgetLimits>, now = () => new Date()) =>
    openModelBudget(cache, { ...plenty, ...limits }, now);
  const within = { deadlineMs: Date.now() + 60_000, signal: new AbortController().signal };
  const somebody = (): Spender => ({ userId: randomUUID(), runId: randomUUID() });
  const tokens = (count: number) => ({ tokens: count, micros: 0 });
  const granted = <T>(said: Reservation | T): Reservation => {
    if (typeof said !== 'object' || said === null || !('settle' in said)) throw new Error(`was refused: ${String(said)}`);
    return said;
  };

  test('never more than the limit, however calls overlap, and never a refusal without need', async () => {
    const round = fc.array(
      fc.record({ most: fc.integer({ min: 0, max: 400 }), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(round, { maxLength: 4 }), fc.constantFrom('run', 'user', 'cost'), async (rounds, which) => {
        const limit = 1_000;
        const limits = { run: { tokensPerRun: limit }, user: { tokensPerUserDay: limit }, cost: { microsPerRun: limit } }[which];
        const budget = budgetOf(limits);
        const who = somebody();
        let spent = 0;
        for (const calls of rounds) {
          const amount = (count: number) => (which === 'cost' ? { tokens: 1, micros: count } : tokens(count));
          // The runs of one user share the user's limit.
          const spender = () => (which === 'user' ? { ...who, runId: randomUUID() } : who);
          const said = await Promise.all(calls.map(({ most }) => budget.reserve(spender(), amount(most), within)));
          const taken = calls.filter((_, at) => typeof said[at] === 'object');
          spent += taken.reduce((sum, { most }) => sum + most, 0);
          expect(spent).toBeLessThanOrEqual(limit);
          for (const [at, { most }] of calls.entries())
            if (typeof said[at] === 'string') expect(spent + most).toBeGreaterThan(limit);
          await Promise.all(
            calls.map(async ({ most, part }, at) => {
              const reservation = said[at];
              // Some processes die: what they reserved stays counted.
              if (typeof reservation !== 'object' || part > 0.8) return;
              const used = Math.floor(most * part);
              await reservation.settle(amount(used));
              spent -= most - used;
            }),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  test('names the limit that was reached', async () => {
    const who = somebody();
    expect(await budgetOf({ tokensPerRun: 9 }).reserve(who, tokens(10), within)).toBe('run-tokens');
    expect(await budgetOf({ tokensPerUserDay: 9 }).reserve(who, tokens(10), within)).toBe('user-tokens');
    expect(await budgetOf({ microsPerRun: 9 }).reserve(who, { tokens: 1, micros: 10 }, within)).toBe('run-cost');
  });

  test('a call that ends after midnight is of the day before', async () => {
    let now = new Date('2026-11-25T23:59:59Z');
    const budget = budgetOf({ tokensPerUserDay: 100 }, () => now);
    const { userId } = somebody();
    const ask = (count: number) => budget.reserve({ userId, runId: randomUUID() }, tokens(count), within);
    const first = granted(await ask(100));
    now = new Date('2026-11-26T00:00:01Z');
    await first.settle(tokens(0));
    granted(await ask(100));
    expect(await ask(1)).toBe('user-tokens');
  });

  test('settling twice counts once', async () => {
    const budget = budgetOf({ tokensPerRun: 100 });
    const who = somebody();
    const reservation = granted(await budget.reserve(who, tokens(60), within));
    await reservation.settle(tokens(50));
    await reservation.settle(tokens(50));
    expect(await budget.reserve(who, tokens(51), within)).toBe('run-tokens');
    granted(await budget.reserve(who, tokens(50), within));
  });
});

describe('places', () => {
  let cache: Cache;
  let commands = 0;
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    // Places are one for all: a server of its own.
    const redis = await testRedis({ own: true });
    const opened = openCache({ url: redis.url, cluster: false });
    stops.push(() => opened.close(), redis.stop);
    cache = {
      ...opened,
      run: (...given) => {
        commands += 1;
        return opened.run(...given);
      },
    };
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  const one = { tokens: 1, micros: 0 };
  const somebody = (): Spender => ({ userId: randomUUID(), runId: randomUUID() });
  const within = (ms: number, signal = new AbortController().signal) => ({ deadlineMs: Date.now() + ms, signal });
  /** As another instance: waiting lines are of one process. */
  const instance = (callsAtOnce: number) =>
    openModelBudget(cache, { tokensPerRun: 1e9, tokensPerUserDay: 1e9, microsPerRun: null, callsAtOnce }, () => new Date());
  const taken = (said: Reservation | string): Reservation => {
    if (typeof said === 'string') throw new Error(`no place: ${said}`);
    return said;
  };

  test('are waited for until the deadline, or until the task is given up; in a crowd one asks for all', async () => {
    const budget = instance(1);
    const [holder, waiter] = [somebody(), somebody()];
    const held = taken(await budget.reserve(holder, one, within(60_000)));
    commands = 0;
    const crowd = await Promise.all(Array.from({ length: 50 }, () => budget.reserve(waiter, one, within(600))));
    expect(new Set(crowd)).toEqual(new Set(['wait']));
    // Each once, if at the same moment, and one of them every 150 ms or so.
    expect(commands).toBeLessThan(50 + 12);
    const controller = new AbortController();
    const given = expect(budget.reserve(waiter, one, within(60_000, controller.signal))).rejects.toThrow('given up');
    controller.abort(new Error('given up'));
    await given;
    const next = budget.reserve(waiter, one, within(5_000));
    await held.settle(one);
    await taken(await next).settle(one);
  });

  test('go on in the line of one who was given up', async () => {
    const budget = instance(1);
    const who = somebody();
    const held = taken(await budget.reserve(who, one, within(60_000)));
    const controller = new AbortController();
    const first = budget.reserve(who, one, within(10_000, controller.signal)).catch(() => 'given up');
    const line = Array.from({ length: 5 }, () => budget.reserve(who, one, within(10_000)));
    controller.abort();
    expect(await first).toBe('given up');
    await held.settle(one);
    for (const next of line) await taken(await next).settle(one);
  });

  test('are given back by time when a process dies', async () => {
    const [dead, living] = [instance(1), instance(1)];
    const from = performance.now();
    taken(await dead.reserve(somebody(), one, within(0)));
    taken(await living.reserve(somebody(), one, within(20_000)));
    // The place of a call outlives it by 5 s.
    expect(performance.now() - from).toBeGreaterThan(4_900);
    expect(performance.now() - from).toBeLessThan(8_000);
  }, 20_000);

  test('a greedy user leaves the others their share, and there are never more calls than places', async () => {
    await cache.remove(keys.modelCalls());
    const places = 8;
    const until = performance.now() + 5_000;
    let under = 0;
    let most = 0;
    /** Answers within the last 3 s, by user: before, the balance is found. */
    const answered = new Map<string, number>();
    const lane = async (name: string, who: Spender, budget: ModelBudget): Promise<void> => {
      while (performance.now() < until) {
        const said = await budget.reserve(who, one, within(10_000));
        if (typeof said === 'string') throw new Error(`${name}: ${said}`);
        under += 1;
        most = Math.max(most, under);
        await pause(400);
        under -= 1;
        await said.settle(one);
        const left = until - performance.now();
        if (left > 0 && left < 3_000) answered.set(name, (answered.get(name) ?? 0) + 1);
      }
    };
    const lanes = (name: string, count: number, instances: number) => {
      const who = somebody();
      const budgets = Array.from({ length: instances }, () => instance(places));
      return budgets.flatMap((budget) => Array.from({ length: count / instances }, () => lane(name, who, budget)));
    };
    await Promise.all([...lanes('greedy', 60, 6), ...lanes('modest', 6, 2), ...lanes('single', 1, 1)]);
    const [greedy = 0, modest = 0, single = 0] = ['greedy', 'modest', 'single'].map((name) => answered.get(name));
    expect(most).toBeLessThanOrEqual(places);
    // One place asked for is one place had, 3 s / 400 ms = 7 answers; the others are shared by two.
    expect(single).toBeGreaterThanOrEqual(4);
    expect(modest / greedy).toBeGreaterThan(0.65);
    expect(modest / greedy).toBeLessThan(1.5);
    expect(greedy + modest + single).toBeGreaterThan(0.6 * 7 * places);
  });
});
