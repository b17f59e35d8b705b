/** What a Task state does: call a function, run a child machine, or wait for a token. */
import type { Invoke } from '../gateway/invoke.ts';
import type { LocalFunction, LocalTask } from './definitions.ts';
import type { Engine } from './engine.ts';
import { FunctionFailed, StepFunctionsError } from './errors.ts';
import type { Execution } from './executions.ts';
import { maxPayloadBytes } from './executions.ts';
import { type Json, objectOf } from './json.ts';
import { withToken } from './task-token.ts';
import type { Tokens } from './tokens.ts';

export interface Surroundings {
  readonly engine: Pick<Engine, 'start' | 'stop' | 'ended'>;
  readonly tokens: Tokens;
  readonly invoke: Invoke;
  readonly functions: readonly LocalFunction[];
  /** The execution has ended: whatever comes now is discarded, and nothing more is started. */
  readonly over: AbortSignal;
  /** The runtime shuts down. */
  readonly closing: AbortSignal;
}

type Handler = (input: Json) => Promise<Json>;

/** Names no error that a state machine could catch: the interpreter must leave the execution, not go on to a fallback. */
class ExecutionOver extends Error {
  override readonly name = 'ExecutionOver';
  readonly isRetryable = false;
  readonly isCatchable = false;
}

/** A task's failure as a Catch sees it: `Error` is the name, `Cause` the message. */
class TaskFailed extends Error {
  override readonly name: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.name = error;
  }
}

const startExecution = /:states:::states:startExecution\.sync:2$/;
const waitForToken = /:states:::lambda:invoke\.waitForTaskToken$/;
const lambdaArn = /:lambda:[^:]*:\d{12}:function:/;

export function taskHandler(task: LocalTask, around: Surroundings): Handler {
  const handler = handlerOf(task, around);
  // After an abort the interpreter may enter a state once more (out of a retry's wait): it must not start anything.
  return async (input) => {
    if (around.over.aborted) throw new ExecutionOver('The execution has ended.');
    return bounded(await untilOver(handler(input), around.over));
  };
}

function handlerOf(task: LocalTask, around: Surroundings): Handler {
  if (startExecution.test(task.resource)) return (input) => runChild(input, task, around);
  if (waitForToken.test(task.resource)) return (input) => callAndWait(input, task, around);
  if (lambdaArn.test(task.resource)) return (input) => call(task.resource, input, around);
  return async () => {
    throw new TaskFailed('States.Runtime', `The local runtime does not know the resource ${task.resource}.`);
  };
}

async function call(arn: string, payload: Json, { functions, invoke, closing }: Surroundings): Promise<Json> {
  const target = functions.find((candidate) => candidate.arn === arn);
  if (target === undefined) throw new TaskFailed('Lambda.ResourceNotFoundException', `Function not found: ${arn}`);
  try {
    return asJson(await invoke(target.path, payload, { timeoutMs: target.timeoutMs, signal: closing }));
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new FunctionFailed('Error', String(error));
    throw new TaskFailed(name, JSON.stringify({ errorType: name, errorMessage: message, trace: [] }));
  }
}

/** Run a Job: the state ends when the child does, and a state that is left takes its child along. */
async function runChild(input: Json, { timeoutMs }: LocalTask, { engine, over }: Surroundings): Promise<Json> {
  const { StateMachineArn, Name, Input } = objectOf(input) ?? {};
  let child: Execution;
  try {
    child = engine.start({ machineArn: String(StateMachineArn), name: String(Name), input: JSON.stringify(Input ?? {}) });
  } catch (error) {
    if (!(error instanceof StepFunctionsError)) throw error;
    throw new TaskFailed(`StepFunctions.${error.name}Exception`, error.message);
  }
  let timedOut = false;
  const stop = (): void => void engine.stop(child.arn);
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, timeoutMs);
  over.addEventListener('abort', stop, { once: true });
  try {
    const ended = await engine.ended(child.arn);
    const described = describeForParent(ended);
    if (ended.status === 'SUCCEEDED') return described;
    throw new TaskFailed(timedOut ? 'States.Timeout' : 'States.TaskFailed', JSON.stringify(described));
  } finally {
    clearTimeout(timer);
    over.removeEventListener('abort', stop);
  }
}

/** The answer of `.sync:2`: DescribeExecution, with input and output parsed. */
function describeForParent(execution: Execution): Json {
  return {
    ExecutionArn: execution.arn,
    StateMachineArn: execution.machineArn,
    Name: execution.name,
    Status: execution.status,
    Input: JSON.parse(execution.input),
    StartDate: execution.startDate.getTime(),
    StopDate: execution.stopDate?.getTime() ?? null,
    ...(execution.output !== undefined && { Output: JSON.parse(execution.output) }),
    ...(execution.error !== undefined && { Error: execution.error }),
    ...(execution.cause !== undefined && { Cause: execution.cause }),
  };
}

async function callAndWait(input: Json, { timeoutMs }: LocalTask, around: Surroundings): Promise<Json> {
  const { FunctionName, Payload } = objectOf(input) ?? {};
  const { token, answer, drop } = around.tokens.mint();
  const timer = setTimeout(drop, timeoutMs);
  try {
    await call(String(FunctionName), withToken(Payload ?? {}, token), around);
    return await untilOver(answer, around.over);
  } catch (error) {
    if (error instanceof FunctionFailed) throw new TaskFailed(error.name, error.message);
    throw error;
  } finally {
    clearTimeout(timer);
    drop();
  }
}

/** Leaves the work behind when the execution ends: Lambda is not told either. */
function untilOver<T>(work: Promise<T>, over: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(new ExecutionOver('The execution has ended.'));
    over.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => over.removeEventListener('abort', leave));
  });
}

/** Lambda's answers are JSON; what JSON has no word for is null. */
const asJson = (value: unknown): Json => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

/** Not catchable by States.ALL on AWS, so it must fail here as well, and not only once deployed. */
function bounded(output: Json): Json {
  if (Buffer.byteLength(JSON.stringify(output)) <= maxPayloadBytes) return output;
  throw Object.assign(new TaskFailed('States.DataLimitExceeded', 'The payload is over 256 KiB.'), {
    isRetryable: false,
    isCatchable: false,
  });
}
