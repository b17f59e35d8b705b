import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testRedis } from '../../test/support/services.ts';
import { type Cache, openCache } from './cache.ts';
import { type BudgetLimits, openModelBudget, type Reservation, type Spender } from './model-budget.ts';

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
          const said = await Promise.all(calls.map(({ most }) => budget.reserve(spender(), amount(most), 60_000)));
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
    expect(await budgetOf({ tokensPerRun: 9 }).reserve(who, tokens(10), 1_000)).toBe('run-tokens');
    expect(await budgetOf({ tokensPerUserDay: 9 }).reserve(who, tokens(10), 1_000)).toBe('user-tokens');
    expect(await budgetOf({ microsPerRun: 9 }).reserve(who, { tokens: 1, micros: 10 }, 1_000)).toBe('run-cost');
  });

  test('a call that ends after midnight is of the day before', async () => {
    let now = new Date('2026-11-25T23:59:59Z');
    const budget = budgetOf({ tokensPerUserDay: 100 }, () => now);
    const { userId } = somebody();
    const ask = (count: number) => budget.reserve({ userId, runId: randomUUID() }, tokens(count), 60_000);
    const first = granted(await ask(100));
    now = new Date('2026-11-26T00:00:01Z');
    await first.settle(tokens(0));
    granted(await ask(100));
    expect(await ask(1)).toBe('user-tokens');
  });

  test('settling twice counts once', async () => {
    const budget = budgetOf({ tokensPerRun: 100 });
    const who = somebody();
    const reservation = granted(await budget.reserve(who, tokens(60), 60_000));
    await reservation.settle(tokens(50));
    await reservation.settle(tokens(50));
    expect(await budget.reserve(who, tokens(51), 60_000)).toBe('run-tokens');
    granted(await budget.reserve(who, tokens(50), 60_000));
  });
});

describe('places', () => {
  let cache: Cache;
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    // Places are one for all: a server of its own.
    const redis = await testRedis({ own: true });
    cache = openCache({ url: redis.url, cluster: false });
    stops.push(() => cache.close(), redis.stop);
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
  });
  const limits = { tokensPerRun: 1e9, tokensPerUserDay: 1e9, microsPerRun: null };

  test('are given back by time when a process dies', async () => {
    const budget = openModelBudget(cache, { ...limits, callsAtOnce: 1 }, () => new Date());
    const who = { userId: randomUUID(), runId: randomUUID() };
    // 200 ms with the slack that a place has.
    const ask = () => budget.reserve(who, { tokens: 1, micros: 0 }, -4_800);
    expect(await ask()).toBeTypeOf('object');
    expect(await ask()).toBe('wait');
    await expect.poll(async () => typeof (await ask()), { timeout: 5_000, interval: 50 }).toBe('object');
    await pause(250);
  });

  test('a greedy user leaves the others their share, and nobody more than there are', async () => {
    const places = 8;
    const budget = openModelBudget(cache, { ...limits, callsAtOnce: places }, () => new Date());
    const until = performance.now() + 4_000;
    let under = 0;
    let most = 0;
    /** Answers within the last half, by user: the first is for finding the balance. */
    const answered = new Map<string, number>();
    const lane = async (name: string, who: Spender): Promise<void> => {
      while (performance.now() < until) {
        const said = await budget.reserve(who, { tokens: 1, micros: 0 }, 10_000);
        if (typeof said !== 'object') {
          await pause(20 + 20 * Math.random());
          continue;
        }
        under += 1;
        most = Math.max(most, under);
        await pause(80);
        under -= 1;
        await said.settle({ tokens: 1, micros: 0 });
        if (until - performance.now() < 2_000) answered.set(name, (answered.get(name) ?? 0) + 1);
      }
    };
    const lanes = (name: string, count: number) => {
      const who = { userId: randomUUID(), runId: randomUUID() };
      return Array.from({ length: count }, () => lane(name, who));
    };
    await Promise.all([...lanes('greedy', 60), ...lanes('modest', 6), ...lanes('single', 1)]);
    const [greedy = 0, modest = 0, single = 0] = ['greedy', 'modest', 'single'].map((name) => answered.get(name));
    expect(most).toBeLessThanOrEqual(places);
    // One place asked for is one place had; the other seven are shared by two.
    expect(single).toBeGreaterThan(10);
    expect(modest / greedy).toBeGreaterThan(0.7);
    expect(modest / greedy).toBeLessThan(1.4);
    // All places were at work nearly all the time: 2 s / 80 ms = 25 answers each.
    expect(greedy + modest + single).toBeGreaterThan(0.6 * 25 * places);
  });
});
