import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { type Clock, systemClock } from './clock.ts';
import { BACKSTOP_MS, deadlineSignal } from './deadline.ts';
import { DeadlineExceeded, errorName, InvalidInput, safeMessage } from './errors.ts';
import type { Logger } from './logger.ts';
import { logger } from './resources.ts';

export interface TaskContext {
  /** Aborts shortly before the function would be killed (deadline.ts); `reason` is a DeadlineExceeded. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds of that moment. */
  readonly deadlineMs: number;
  /** Milliseconds left until then; never negative. */
  remainingMs(): number;
  readonly logger: Logger;
  readonly requestId: string;
  readonly clock: Clock;
}

/** A Lambda handler as callers see it: a promise, no callback. */
export type LambdaHandler<T> = (event: unknown, context: Context) => Promise<T>;

interface Options {
  readonly logger?: () => Logger;
  readonly clock?: Clock;
}

/**
 * A task of the state machine: input and output are parsed, failures keep their `name`, because that is what a Catch matches.
 * What is thrown to Step Functions carries no foreign message: its history is readable by operators and kept for 90 days.
 */
export function task<I extends z.ZodType, O extends z.ZodType>(
  name: string,
  input: I,
  output: O,
  run: (input: z.output<I>, context: TaskContext) => Promise<z.input<O>>,
  options: Options = {},
): LambdaHandler<z.output<O>> {
  return lambda(name, options, async (event, context) => {
    const parsed = input.safeParse(event);
    if (!parsed.success) throw new InvalidInput(`${name}: the input does not fit at ${places(parsed.error)}.`);
    const result = output.safeParse(await run(parsed.data, context));
    if (!result.success) throw new InvalidInput(`${name}: the output does not fit at ${places(result.error)}.`);
    return result.data;
  });
}

/** The part that tasks and event handlers share: context, deadline, one log line, an error without foreign text. */
export function lambda<T>(
  name: string,
  options: Options,
  run: (event: unknown, context: TaskContext) => Promise<T>,
): LambdaHandler<T> {
  const clock = options.clock ?? systemClock;
  const work = async (raw: unknown, context: Context): Promise<T> => {
    const log = (options.logger ?? logger)().child({ function: name, requestId: context.awsRequestId, ...ids(raw) });
    const { signal, deadline } = deadlineSignal(context);
    const startedAt = performance.now();
    const duration = () => Math.round(performance.now() - startedAt);
    try {
      const result = await run(raw, {
        signal,
        deadlineMs: deadline,
        remainingMs: () => Math.max(0, deadline - Date.now()),
        logger: log,
        requestId: context.awsRequestId,
        clock,
      });
      log.info('done', { durationMs: duration() });
      return result;
    } catch (error) {
      log.error('failed', { durationMs: duration(), error });
      // Whatever an aborted call throws, the cause is the deadline.
      throw reported(signal.aborted ? signal.reason : error);
    }
  };
  return middy<unknown, T>(work, {
    // A last resort for work that does not heed its signal: it fails by name instead of being killed.
    timeoutEarlyInMillis: BACKSTOP_MS,
    timeoutEarlyResponse: () => {
      throw reported(new DeadlineExceeded(`${name} did not stop in time.`));
    },
  });
}

/** Same name, safe message, no stack. */
function reported(error: unknown): Error {
  const out = new Error(safeMessage(error) ?? 'The log has the cause, by name and place.');
  out.name = errorName(error);
  out.stack = `${out.name}: ${out.message}`;
  return out;
}

const places = (error: z.ZodError): string => error.issues.map((issue) => issue.path.join('.') || '(whole)').join(', ');

/** The ids of the input, for the log; they are validated later. */
function ids(event: unknown): { runId?: string; item?: string } {
  if (typeof event !== 'object' || event === null) return {};
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(event, name);
    return typeof value === 'string' ? value : undefined;
  };
  const runId = text('runId');
  const item = text('taskId') ?? text('groupId') ?? text('sectionId');
  return { ...(runId === undefined ? {} : { runId }), ...(item === undefined ? {} : { item }) };
}
