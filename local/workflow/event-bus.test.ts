import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { handMade } from '../../test/workflow/machines.ts';
import type { Invoke } from '../gateway/invoke.ts';
import type { Rule } from './definitions.ts';
import { fits, openEventBus } from './event-bus.ts';

const pattern = { source: ['aws.states'], detail: { status: ['FAILED', 'ABORTED'], stateMachineArn: ['arn:run'] } };
const ended: Rule = { functionPath: 'tasks/ended', retryAttempts: 8, trigger: { kind: 'pattern', pattern } };
const sweep: Rule = { functionPath: 'tasks/sweep', retryAttempts: 0, trigger: { kind: 'schedule', everySeconds: 120 } };
const failed = { source: 'aws.states', detail: { status: 'FAILED', stateMachineArn: 'arn:run', name: 'r' } };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function busOf(invoke: Invoke, timeScale = 1) {
  const dropped = vi.fn<(path: string, error: unknown) => void>();
  const machines = { ...handMade({}, ['ended', 'sweep'], timeScale), rules: [ended, sweep] };
  return { bus: openEventBus({ machines, invoke, onDropped: dropped }), dropped };
}

test('an event reaches the functions whose pattern it fits, whole', async () => {
  const invoke = vi.fn<Invoke>(async () => null);
  const { bus } = busOf(invoke);
  bus.deliver(failed);
  bus.deliver({ ...failed, detail: { ...failed.detail, status: 'SUCCEEDED' } });
  bus.deliver({ ...failed, detail: { ...failed.detail, stateMachineArn: 'arn:analysis' } });
  await vi.advanceTimersByTimeAsync(0);
  expect(invoke.mock.calls.map(([path, event]) => [path, event])).toEqual([['tasks/ended', failed]]);
});

test('a failing function is called three times, then the event counts as dropped', async () => {
  const invoke = vi.fn<Invoke>(() => Promise.reject(new Error('database down')));
  const { bus, dropped } = busOf(invoke, 0.5);
  const counts = () => [invoke, dropped].map(({ mock }) => mock.calls.filter(([path]) => path === 'tasks/ended').length);
  bus.deliver(failed);
  await vi.advanceTimersByTimeAsync(89_000);
  expect(counts()).toEqual([2, 0]);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(counts()).toEqual([3, 1]);
});

test('a schedule keeps its scaled interval until the bus is closed', async () => {
  const invoke = vi.fn<Invoke>(async () => null);
  const { bus } = busOf(invoke, 0.01);
  await vi.advanceTimersByTimeAsync(3_700);
  expect(invoke.mock.calls.map(([path]) => path)).toEqual(['tasks/sweep', 'tasks/sweep', 'tasks/sweep']);
  await bus.close();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(invoke).toHaveBeenCalledTimes(3);
});

describe('a pattern', () => {
  test.each([
    [{}, true],
    [{ source: ['aws.states', 'other'] }, true],
    [{ source: ['other'] }, false],
    [{ missing: ['x'] }, false],
    [{ detail: { status: ['FAILED'] } }, true],
    [{ source: { nested: ['x'] } }, false],
  ])('%j fits the event: %s', (candidate, expected) => {
    expect(fits(candidate, failed)).toBe(expected);
  });
});
