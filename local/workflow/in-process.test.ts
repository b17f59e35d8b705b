import { describe, expect, test } from 'vitest';
import { openInProcess } from './in-process.ts';

const functions = [{ path: 'tasks/x', name: 'test-x', memoryMb: 128 }];
const invokeOf = (handler: unknown) => openInProcess({ functions, load: async () => ({ handler }) });

describe('a handler in this process', () => {
  test('gets a copy of the event and a context that counts down', async () => {
    const event = { list: [1], gone: undefined };
    const invoke = invokeOf(
      (given: { list: number[] }, context: { getRemainingTimeInMillis(): number; functionName: string }) => {
        given.list.push(2);
        return { given, left: context.getRemainingTimeInMillis(), name: context.functionName };
      },
    );
    const result = await invoke('tasks/x', event, { timeoutMs: 700 });
    expect(result).toEqual({ given: { list: [1, 2] }, left: expect.any(Number), name: 'test-x' });
    expect(Reflect.get(Object(result), 'left')).toBeGreaterThan(500);
    expect(event.list).toEqual([1]);
  });

  test('that answers nothing answers null', async () => {
    expect(await invokeOf(() => undefined)('tasks/x', {}, { timeoutMs: 700 })).toBeNull();
  });

  test('keeps the name of its error, thrown or rejected', async () => {
    const stale = () => {
      throw Object.assign(new Error('superseded'), { name: 'StaleAttempt' });
    };
    await expect(invokeOf(stale)('tasks/x', {}, { timeoutMs: 700 })).rejects.toMatchObject({ name: 'StaleAttempt' });
  });

  test('past its time is given up, and what it does later is discarded', async () => {
    let finish: (value: string) => void = () => {};
    const slow = () => new Promise((resolve) => (finish = resolve));
    const call = invokeOf(slow)('tasks/x', {}, { timeoutMs: 20 });
    await expect(call).rejects.toMatchObject({
      name: 'Sandbox.Timedout',
      message: expect.stringMatching(/timed out after 0\.02 seconds$/),
    });
    finish('late');
    await expect(call).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
  });

  test('is left when the runtime stops', async () => {
    const closing = new AbortController();
    const call = invokeOf(() => new Promise(() => {}))('tasks/x', {}, { timeoutMs: 10_000, signal: closing.signal });
    closing.abort();
    await expect(call).rejects.toMatchObject({ name: 'Runtime.ExitError' });
  });

  test('that is not exported, or not in the template, is refused by name', async () => {
    await expect(invokeOf(undefined)('tasks/x', {}, { timeoutMs: 10 })).rejects.toMatchObject({
      name: 'Runtime.HandlerNotFound',
    });
    await expect(invokeOf(() => 1)('tasks/y', {}, { timeoutMs: 10 })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
