/** Runs the synthesised state machines on this machine, with the semantics of Step Functions where the interpreter lacks them. */
import { setMaxListeners } from 'node:events';
import { ExecutionAbortedError, ExecutionError, ExecutionTimeoutError, StateMachine } from 'aws-local-stepfunctions';
import type { Invoke } from '../gateway/invoke.ts';
import type { LocalMachine, LocalTask, Machines } from './definitions.ts';
import { StepFunctionsError } from './errors.ts';
import { type Ending, type Execution, openExecutions } from './executions.ts';
import { type StatusChange, statusChange } from './status-event.ts';
import { taskHandler } from './task-handler.ts';
import { openTokens, type Tokens } from './tokens.ts';

export interface StartRequest {
  readonly machineArn: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

export interface Engine {
  /**
   * Starts an execution; the same name and input as a running one gives that one.
   * Throws StateMachineDoesNotExist, InvalidName, InvalidExecutionInput, ExecutionAlreadyExists.
   */
  start(request: StartRequest): Execution;
  /** Ends it as ABORTED, with its children. Functions in flight go on, as they do on Lambda: their results are discarded. */
  stop(executionArn: string, reason?: { readonly error?: string; readonly cause?: string }): Execution;
  /** Throws ExecutionDoesNotExist. */
  describe(executionArn: string): Execution;
  /** Resolves when the execution has ended, in whatever way. */
  ended(executionArn: string): Promise<Execution>;
  readonly tokens: Tokens;
  /** Since the start, of all machines: what Step Functions bills. A retry is a transition too. */
  counts(): { readonly executions: number; readonly transitions: number };
  /** Ends everything without telling anyone; functions in flight are given their `signal`. */
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly machines: Pick<Machines, 'machines' | 'functions'>;
  readonly invoke: Invoke;
  readonly clock?: { now(): Date };
  /** Every change of every execution; a failure of the listener is its own affair. */
  readonly onStatusChange?: (event: StatusChange) => void;
}

interface Running {
  readonly abort: () => void;
  readonly ended: PromiseWithResolvers<Execution>;
  /** Aborts when the execution has ended: no further task starts. */
  readonly over: AbortController;
}

export function openEngine({
  machines,
  invoke,
  clock = { now: () => new Date() },
  onStatusChange = () => {},
}: EngineOptions): Engine {
  const executions = openExecutions();
  const tokens = openTokens();
  const running = new Map<string, Running>();
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);
  const counts = { executions: 0, transitions: 0 };
  const machineOf = (arn: string): LocalMachine => {
    const machine = machines.machines.find((candidate) => candidate.arn === arn);
    if (machine === undefined) throw new StepFunctionsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  };

  const conclude = (arn: string, ending: Ending): void => {
    const ended = executions.end(arn, ending, clock.now());
    const run = running.get(arn);
    if (ended === null || run === undefined) return;
    running.delete(arn);
    run.over.abort();
    run.abort();
    run.ended.resolve(ended);
    if (!closing.signal.aborted) onStatusChange(statusChange(ended, clock.now()));
  };

  const engine: Engine = {
    start({ machineArn, name, input }) {
      const machine = machineOf(machineArn);
      const { execution, isNew } = executions.begin(machine, name, input, clock.now());
      if (!isNew) return execution;
      const over = new AbortController();
      setMaxListeners(0, over.signal);
      const handle = (task: LocalTask) =>
        taskHandler(task, { engine, tokens, invoke, functions: machines.functions, over: over.signal, closing: closing.signal });
      const run = new StateMachine(machine.definition, { validationOptions: { noValidate: true } }).run(JSON.parse(input), {
        overrides: { taskResourceLocalHandlers: Object.fromEntries(machine.tasks.map((task) => [task.name, handle(task)])) },
        context: {
          Execution: { Id: execution.arn, Name: name, RoleArn: '' },
          StateMachine: { Id: machine.arn, Name: machine.name },
        },
      });
      counts.executions += 1;
      void count(run.eventLogs, () => (counts.transitions += 1));
      running.set(execution.arn, { abort: run.abort, ended: Promise.withResolvers(), over });
      onStatusChange(statusChange(execution, clock.now()));
      void run.result.then(
        (output) => conclude(execution.arn, { status: 'SUCCEEDED', output: JSON.stringify(output) }),
        (error: unknown) => conclude(execution.arn, endingOf(error)),
      );
      return execution;
    },
    stop(executionArn, reason = {}) {
      executions.get(executionArn);
      conclude(executionArn, { status: 'ABORTED', ...reason });
      return executions.get(executionArn);
    },
    describe: (executionArn) => executions.get(executionArn),
    ended: async (executionArn) => (await running.get(executionArn)?.ended.promise) ?? executions.get(executionArn),
    tokens,
    counts: () => ({ ...counts }),
    async close() {
      closing.abort();
      const all = [...running.entries()];
      for (const [arn] of all) conclude(arn, { status: 'ABORTED' });
      await Promise.all(all.map(([, { ended }]) => ended.promise));
    },
  };
  return engine;
}

async function count(events: AsyncIterable<{ readonly type: string }>, onTransition: () => void): Promise<void> {
  for await (const { type } of events) if (type === 'StateEntered' || type === 'StateRetried') onTransition();
}

/** How the interpreter's errors read as an ending. */
function endingOf(error: unknown): Ending {
  if (error instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT', error: 'States.Timeout' };
  if (error instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  const reason = error instanceof ExecutionError ? error.cause : error;
  if (!(reason instanceof Error)) return { status: 'FAILED', error: 'States.Runtime', cause: String(reason) };
  return { status: 'FAILED', error: reason.name, cause: reason.message };
}
