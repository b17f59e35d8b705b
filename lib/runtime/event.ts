import type * as z from 'zod';
import type { Clock } from './clock.ts';
import { InvalidInput } from './errors.ts';
import type { Logger } from './logger.ts';
import { type LambdaHandler, lambda, type TaskContext } from './task.ts';

/** A function that an event bus or a schedule calls: like a task, but nobody waits for an answer. */
export function event<I extends z.ZodType>(
  name: string,
  input: I,
  run: (input: z.output<I>, context: TaskContext) => Promise<void>,
  options: { readonly logger?: () => Logger; readonly clock?: Clock } = {},
): LambdaHandler<null> {
  return lambda(name, options, async (raw, context) => {
    const parsed = input.safeParse(raw);
    if (!parsed.success) {
      const places = parsed.error.issues.map((issue) => issue.path.join('.') || '(whole)');
      throw new InvalidInput(`${name}: the event does not fit at ${places.join(', ')}.`);
    }
    await run(parsed.data, context);
    // Not undefined: middy would take it for "no answer".
    return null;
  });
}
