import type { Agent } from '../contract/events.ts';
import { custom, type ProgressEvent, stepFinished, stepName, stepStarted } from '../progress/makers.ts';
import type { Progress } from '../progress/publisher.ts';
import { errorName, RunCancelled, safeMessage } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { measure } from '../runtime/metrics.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import { enterStage } from '../store/stages.ts';
import { beginStepUnlessDone, type Fence, finishStep, getStep, type StepEnd } from '../store/steps.ts';
import type { SqlTx, Store } from '../store/store.ts';
import { expectation } from './expectation.ts';
import { gathered } from './gathered.ts';
import { type ModelLedger, openModelLedger } from './model-ledger.ts';

export interface StepDeps {
  readonly store: Store;
  readonly progress: Progress;
  /** The process is not frozen when the step has ended: what was said last can wait for what the next step says. */
  readonly livesOn: boolean;
  readonly logger: Logger;
}

export interface StepOf {
  readonly runId: string;
  /** Its name in the database: plan, extract, assess, section, remediate, summarise, compare. */
  readonly name: string;
  readonly agent: Agent;
  /** What it works on: a plan task, a group, a section; '' for the whole run. */
  readonly item: string;
  /** A fallback names the error that it stands in for. */
  readonly fallbackFor?: string;
  /** Steps of the report stage end the analysis, and go on after cancel: what was collected is still reported. */
  readonly inReport?: boolean;
}

/** A step on something that is stored: read together with taking the attempt, and given to the work. */
export interface StepOn<R> extends StepOf {
  read(tx: SqlTx): Promise<R>;
  /** What a person calls the item. */
  label(read: R): string;
}

/** How a fallback is told from the task it stands in for: by the error that it was started with. */
export const fallbackOf = (errorName: string | undefined) => (errorName === undefined ? {} : { fallbackFor: errorName });

/** A step that ended; with a reason where it is less than was planned: a fallback's, or why a part of it is missing. */
export const endOf = (reason: string | null): StepEnd => (reason === null ? { status: 'done' } : { status: 'done', reason });

export interface StepContext extends ModelLedger {
  readonly run: RunRow;
  readonly fence: Fence;
  /** As published: `agent/item#attempt`. */
  readonly stepName: string;
  /** Of a fallback: why the step it stands in for failed, as that step said it, else read off the error's name. Null for the step itself. */
  readonly cause: string | null;
  /** In order, and without waiting: what was said is through by the end of the step. */
  publish(events: readonly ProgressEvent[]): void;
  /** Never rejects, and is over before the step is: a function that has answered is frozen. */
  later(work: Promise<void>): void;
}

/**
 * The frame around every step: takes an attempt, says that it began, does the work, and says how it ended. The work writes what
 * it found together with `finishStep`, so that a step is done exactly when its rows are there.
 * @returns null when the step was done before (a task is delivered twice): the work is not repeated.
 * @throws RunCancelled before any work when cancel was requested; what the work throws.
 */
export const runStep = <T>(deps: StepDeps, step: StepOf, work: (context: StepContext) => Promise<T>): Promise<T | null> =>
  runStepOn(deps, { ...step, read: async () => null, label: () => step.item }, work);

/** The same for a step that begins by reading what it works on. @throws also what `read` throws */
export async function runStepOn<T, R>(
  deps: StepDeps,
  step: StepOn<R>,
  work: (context: StepContext, read: R) => Promise<T>,
): Promise<T | null> {
  const { runId, name, agent, item, inReport = false } = step;
  const begin = async (tx: SqlTx) => {
    const origin = step.fallbackFor === undefined ? 'task' : 'fallback';
    // Taking the next attempt clears what the failed one said.
    const before = step.fallbackFor === undefined ? null : await getStep(tx, runId, name, item);
    // Sent together, in this order: without a run, or after a cancel, the attempt is taken back.
    const [, run, fence, read] = await Promise.all([
      inReport ? enterStage(tx, runId, 'report') : undefined,
      getRun(tx, runId),
      beginStepUnlessDone(tx, runId, name, item, origin),
      step.read(tx),
    ]);
    if (run === null) throw new Error(`run ${runId} does not exist`);
    if (run.cancelRequestedAt !== null && !inReport) throw new RunCancelled('Cancel was requested.');
    const cause = step.fallbackFor === undefined ? null : (before?.reason ?? whyDegraded(step.fallbackFor));
    return fence === null ? null : { run, fence, read, cause };
  };
  // Entering the report stage changes the run, and waits for whoever writes under its old epoch.
  const begun = await deps.store.forRunInSql(runId, begin, { alone: inReport });
  if (begun === null) return null;
  const { run, fence, read, cause } = begun;
  const label = step.label(read);
  const since = performance.now();
  const ref = { runId, projectId: run.projectId, epoch: fence.epoch };
  // Whoever has just started a run sees at once that it began.
  const { say: publish, end } = gathered(deps.progress, ref, deps.livesOn && name !== 'plan');
  const ledger = openModelLedger(deps.store, fence);
  const behind = new Set<Promise<void>>();
  const later = (one: Promise<void>): void => void behind.add(one.finally(() => behind.delete(one)));
  publish([
    stepStarted(agent, label, fence.attempt),
    ...(cause === null ? [] : degraded(name, cause)),
    ...(fence.attempt === 1 ? expectation(run, name, item) : []),
  ]);
  try {
    return await work({ run, fence, cause, publish, later, ...ledger, stepName: stepName(agent, label, fence.attempt) }, read);
  } catch (error) {
    await noteFailure(deps, ledger, fence, error);
    throw error;
  } finally {
    const durationMs = Math.round(performance.now() - since);
    measure('StepDuration', { value: durationMs, by: name, runId });
    deps.logger.info('step ended', { runId, step: name, item, attempt: fence.attempt, userId: run.startedBy, durationMs });
    publish([stepFinished(agent, label, fence.attempt)]);
    await Promise.all([end(), ...behind]);
  }
}

/** The reason must outlive the attempt, because a Catch passes on its name only. Losing the reason never hides the error itself. */
async function noteFailure({ logger }: StepDeps, { write }: ModelLedger, fence: Fence, error: unknown): Promise<void> {
  try {
    const name = errorName(error);
    const end = { status: 'failed', error: name, reason: safeMessage(error) ?? whyDegraded(name) } as const;
    await write((tx) => finishStep(tx, fence, end));
  } catch (lost) {
    logger.warn('the reason of a failed step was not recorded', { runId: fence.runId, step: fence.step, error: lost });
  }
}

/** Says that a step is less than was planned, and counts it. */
export const degraded = (step: string, reason: string): ProgressEvent[] => [
  custom({ name: 'assay.degraded', value: { step, reason } }),
  { type: 'STATE_CHANGE', add: { degraded: 1 } },
];

/** What a reader is told of an error of which only the name is left. */
export function whyDegraded(name: string): string {
  switch (name) {
    case 'States.Timeout':
    case 'TIMED_OUT':
    case 'DeadlineExceeded':
    case 'Sandbox.Timedout':
      return 'It did not finish in time.';
    case 'Runtime.ExitError':
      return 'Its process ended before it answered.';
    case 'RunCancelled':
      return 'The run was cancelled.';
    case 'SourceUnavailable':
      return 'The source could not be used.';
    case 'NeverStarted':
      return 'It was asked for but never started.';
    // All that a parent execution is told of a child that failed.
    case 'States.TaskFailed':
      return 'It ended before it was done.';
    case 'FAILED':
    case 'ABORTED':
      return 'Its workflow ended before the report was made.';
    case 'StaleAttempt':
      return 'It was overtaken by a later attempt.';
    default:
      return `It failed with ${name}.`;
  }
}
