import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { BACKSTOP_MS, deadlineSignal } from './deadline.ts';
import { DeadlineExceeded } from './errors.ts';

const remaining = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

test('whatever the time limit, the signal comes first and leaves the last resort time to follow', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3 * BACKSTOP_MS, max: 900_000 }), (ms) => {
      const given = deadlineSignal(remaining(ms)).deadline - Date.now();
      expect(given).toBeGreaterThan(0);
      expect(given).toBeLessThanOrEqual(ms - 2 * BACKSTOP_MS);
      expect(given).toBeGreaterThanOrEqual(ms - 5_001 - 2 * BACKSTOP_MS);
    }),
  );
});

test('a limit of its own is kept where it is the shorter one', () => {
  expect(deadlineSignal(remaining(60_000), 25_000).deadline - Date.now()).toBeLessThanOrEqual(25_000);
  expect(deadlineSignal(remaining(10_000), 25_000).deadline - Date.now()).toBeLessThanOrEqual(9_000);
});

test('the reason of the abort is DeadlineExceeded', async () => {
  const { signal } = deadlineSignal(remaining(60_000), 5);
  await vi.waitFor(() => expect(signal.aborted).toBe(true));
  expect(signal.reason).toBeInstanceOf(DeadlineExceeded);
});

test('without a context there is no deadline to speak of', () => {
  expect(deadlineSignal({}).deadline - Date.now()).toBeGreaterThan(24 * 3600 * 1000);
});
