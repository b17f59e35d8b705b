import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { timeLimit } from './time-limit.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a time limit', () => {
  test('fires when its time is over, and says so', () => {
    const limit = timeLimit(100, [undefined, new AbortController().signal]);
    vi.advanceTimersByTime(99);
    expect([limit.signal.aborted, limit.isOver]).toEqual([false, false]);
    vi.advanceTimersByTime(1);
    expect([limit.signal.aborted, limit.isOver]).toEqual([true, true]);
    expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('fires with the first of the signals, by its reason, and its time is not over then', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const limit = timeLimit(100, [one.signal, other.signal]);
    other.abort(new Error('enough'));
    one.abort(new Error('too late'));
    vi.advanceTimersByTime(100);
    expect(limit.signal.reason).toMatchObject({ message: 'enough' });
    expect(limit.isOver).toBe(false);
  });

  test('has fired at once where a signal had', () => {
    expect(timeLimit(100, [AbortSignal.abort(new Error('before'))]).signal.reason).toMatchObject({ message: 'before' });
  });

  test('holds nothing once it was ended', () => {
    const outer = new AbortController();
    const limit = timeLimit(100, [outer.signal]);
    limit.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
    outer.abort();
    expect(limit.signal.aborted).toBe(false);
  });
});
