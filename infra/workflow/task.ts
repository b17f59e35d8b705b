/** How every task of the workflow is declared: answer only, limits from the timing table, named retries, no hidden ones. */
import { Duration } from 'aws-cdk-lib';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Errors,
  IntegrationPattern,
  JitterType,
  JsonPath,
  Pass,
  Result,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, type LambdaInvokeProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { retriedErrors, throttledError } from '../../lib/contract/errors.ts';
import type { TaskFunction } from '../functions.ts';
import { retry, type TaskTiming, throttled } from './timing.ts';

/** The functions that the tasks invoke, by path. */
export type TaskFunctions = Readonly<Record<TaskFunction, LambdaFunction>>;

/** The states of one machine, and the functions that they call. */
export class States extends Construct {
  readonly called = new Set<LambdaFunction>();
}

/** Where a Catch puts `{ Error, Cause }`. A fallback is sent the name alone: a Cause can be 32 KiB and quotes what failed. */
export const caughtAt = '$.error';
const caughtName = JsonPath.stringAt('$.error.Error');

export interface TaskOptions {
  readonly function: LambdaFunction;
  readonly timing: TaskTiming;
  /** What the function is sent: these fields of the state, or each named field from its path, or (`'state'`) the whole. */
  readonly send: readonly string[] | Readonly<Record<string, string>> | 'state';
  /** What becomes of the answer: `keep` makes it the state, `ignore` leaves the state as it was, `empty` leaves `{}` of both. */
  readonly answer: 'keep' | 'ignore' | 'empty';
  /** Errors retried beyond the named transient ones. */
  readonly retryAlso?: readonly string[];
}

/** `empty` ends a Map's iteration: neither ids nor a caught Cause may add up over 40 items to the 256 KiB of one payload. */
const answers = {
  keep: {},
  ignore: { resultPath: JsonPath.DISCARD },
  empty: { resultSelector: {} },
} as const;

export function task(scope: States, name: string, options: TaskOptions): LambdaInvoke {
  return declare(scope, name, options, {});
}

/** A task that runs after a Catch: it also learns the error's name. */
export function fallback(scope: States, name: string, options: TaskOptions & { readonly send: readonly string[] }): LambdaInvoke {
  return declare(scope, name, options, { errorName: caughtName });
}

/** A state that goes on when somebody answers its token; its state stays as it was. The function only passes the token on. */
export function waiting(
  scope: States,
  name: string,
  options: Omit<TaskOptions, 'answer'> & { readonly send: readonly string[] },
): LambdaInvoke {
  const pattern = { integrationPattern: IntegrationPattern.WAIT_FOR_TASK_TOKEN } as const;
  return declare(scope, name, { ...options, answer: 'ignore' }, { taskToken: JsonPath.taskToken }, pattern);
}

function declare(
  scope: States,
  name: string,
  options: TaskOptions,
  extra: Record<string, string>,
  // CDK knows no answer-only call that waits for a token.
  pattern: Pick<LambdaInvokeProps, 'integrationPattern' | 'payloadResponseOnly'> = { payloadResponseOnly: true },
): LambdaInvoke {
  const fields = payloadOf(options.send);
  scope.called.add(options.function);
  const state = new LambdaInvoke(scope, name, {
    // A version, so that an execution keeps its code while newer code is deployed.
    lambdaFunction: options.function.currentVersion as IFunction,
    ...pattern,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(Duration.seconds(options.timing.state)),
    ...(fields && { payload: TaskInput.fromObject({ ...fields, ...extra }) }),
    ...answers[options.answer],
  });
  state.addRetry({
    errors: [throttledError],
    interval: Duration.seconds(throttled.intervalSeconds),
    maxAttempts: throttled.maxAttempts,
    backoffRate: throttled.backoffRate,
    maxDelay: Duration.seconds(throttled.maxDelaySeconds),
    jitterStrategy: JitterType.FULL,
  });
  state.addRetry({
    errors: [...retriedErrors, ...(options.retryAlso ?? [])],
    interval: Duration.seconds(retry.intervalSeconds),
    maxAttempts: retry.maxAttempts,
    backoffRate: retry.backoffRate,
    jitterStrategy: JitterType.FULL,
  });
  return state;
}

function payloadOf(send: TaskOptions['send']): Record<string, string> | undefined {
  if (send === 'state') return undefined;
  const paths = isList(send) ? send.map((field) => [field, `$.${field}`] as const) : Object.entries(send);
  return Object.fromEntries(paths.map(([field, path]) => [field, JsonPath.stringAt(path)]));
}
const isList = (send: readonly string[] | Readonly<Record<string, string>>): send is readonly string[] => Array.isArray(send);

/** Every Catch catches everything: what is worth retrying has been retried by then. */
export const everything = { errors: [Errors.ALL], resultPath: caughtAt };
/** For a step the run goes on without: the state stays as it was. */
export const everythingUnseen = { errors: [Errors.ALL], resultPath: JsonPath.DISCARD };

/**
 * Where a failed fallback ends. It must not sink its siblings: nothing is recorded here, because Finalise derives what is
 * missing from the database.
 */
export function notRecorded(scope: Construct, name: string): Pass {
  return new Pass(scope, name, { result: Result.fromObject({}) });
}
