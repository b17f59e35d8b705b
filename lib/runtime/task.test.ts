import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { errorNames } from '../contract/errors.ts';
import { event } from './event.ts';
import { type TaskContext, task } from './task.ts';
import { lambdaContext, memoryLogger } from './testing.ts';

const runId = '33333333-3333-4333-8333-333333333333';
const input = z.object({ runId: z.uuid() });
const output = z.object({ count: z.int() });
type Work = (given: { runId: string }, context: TaskContext) => Promise<{ count: number }>;

function make(run: Work) {
  const logger = memoryLogger();
  const handler = task('tasks/test', input, output, run, { logger: () => logger });
  const failure = async (given: unknown, remainingMs?: number): Promise<Error> => {
    try {
      await handler(given, lambdaContext(remainingMs));
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error('the task did not fail');
  };
  return { handler, logger, failure };
}

describe('task', () => {
  test('parses its input, gives its output and logs one line with the ids of the input', async () => {
    const { handler, logger } = make(async (given) => ({ count: given.runId.length }));
    expect(await handler({ runId, body: 'x' }, lambdaContext())).toEqual({ count: 36 });
    expect(logger.lines).toEqual([
      expect.objectContaining({ level: 'info', function: 'tasks/test', runId, durationMs: expect.any(Number) }),
    ]);
  });

  test.each([[null], [{}], [{ runId: 'canary' }], [{ runId, 0: 1 }.runId]])(
    'input %j that does not fit fails as InvalidInput, without quoting it',
    async (given) => {
      const error = await make(async () => ({ count: 1 })).failure(given);
      expect(error.name).toBe(errorNames.input);
      expect(error.message).not.toContain('canary');
    },
  );

  test('output that does not fit fails as InvalidInput', async () => {
    expect((await make(async () => ({ count: 0.5 })).failure({ runId })).name).toBe(errorNames.input);
  });

  test.each(Object.values(errorNames))('%s keeps its name, which a Catch matches', async (name) => {
    const thrown = Object.assign(new Error('our own words'), { name });
    const error = await make(async () => Promise.reject(thrown)).failure({ runId });
    expect([error.name, error.message]).toEqual([name, 'our own words']);
  });

  test('a foreign error reaches the state history by name only: no message, no stack', async () => {
    const thrown = new TypeError('canary: Bearer abc', { cause: new Error('canary') });
    const { failure, logger } = make(async () => Promise.reject(thrown));
    const error = await failure({ runId });
    expect(error.name).toBe('TypeError');
    expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('canary');
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', error: thrown });
  });

  test('its signal aborts before the function would be killed, and the failure is DeadlineExceeded whatever the call threw', async () => {
    const waits: Work = (_given, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new TypeError('fetch failed'))));
    expect((await make(waits).failure({ runId }, 300)).name).toBe(errorNames.deadline);
  });

  test('one that heeds no signal fails as DeadlineExceeded all the same', async () => {
    expect((await make(() => new Promise(() => {})).failure({ runId }, 100)).name).toBe(errorNames.deadline);
  });

  test('tells how long it has', async () => {
    const seen: number[] = [];
    const { handler } = make(async (_given, { deadlineMs, remainingMs }) => {
      seen.push(deadlineMs - Date.now(), remainingMs());
      return { count: 1 };
    });
    await handler({ runId }, lambdaContext(70_000));
    // A function of 70 s keeps 5 s for its fallback.
    for (const ms of seen) expect(ms).toBeGreaterThan(64_000);
    for (const ms of seen) expect(ms).toBeLessThanOrEqual(65_000);
  });
});

test('an event handler that was given something else fails as InvalidInput, and answers null otherwise', async () => {
  const handled: string[] = [];
  const handler = event('events/test', input, async (given) => void handled.push(given.runId), { logger: () => memoryLogger() });
  expect(await handler({ runId }, lambdaContext())).toBeNull();
  await expect(handler({ detail: {} }, lambdaContext())).rejects.toMatchObject({ name: errorNames.input });
  expect(handled).toEqual([runId]);
});
