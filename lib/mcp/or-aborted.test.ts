import { expect, test, vi } from 'vitest';
import { orAborted } from './or-aborted.ts';

test('work that fails after its caller has left ends nothing else', async () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const reason = new Error('left');
  const failing = Promise.resolve().then(() => Promise.reject(new Error('late')));
  await expect(orAborted(failing, AbortSignal.abort(reason))).rejects.toBe(reason);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});
