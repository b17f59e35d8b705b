/** What could not be seen, and what was written by a fallback: read off the rows that are missing. */
import type { UnsealedReport } from '../contract/report.ts';
import { exploration } from '../contract/vocabulary.ts';
import { sentence } from '../domain/verdict.ts';
import type { CheckInfo, PlanTaskRow, RunData, StepRow } from './run-data.ts';
import { oneLine } from './text.ts';
import type { VerifiedCheck } from './verified.ts';

type Gap = UnsealedReport['gaps'][number];
type Degraded = UnsealedReport['degraded'][number];

/** Recorded gaps, then one for every plan task that left neither a result nor a gap, and one when there is no plan at all. */
export function gapsOf(data: RunData): Gap[] {
  const recorded = data.gaps.map(({ source, step, reason, controlIds }) => ({
    source,
    step,
    reason: sentence(oneLine(reason)),
    controls: [...controlIds],
  }));
  const silent = data.planTasks.filter((task) => !isSeen(data, task) && gapOf(data, task) === undefined);
  const unseen = silent.map((task) => ({
    source: task.source,
    step: 'extract',
    reason: whyUnfinished(data, 'extract', task.id, 'This source'),
    controls: [...task.controlIds],
  }));
  const isUnplanned = data.planTasks.length === 0 && data.gaps.length === 0;
  const plan = { source: 'the run', step: 'plan', reason: whyUnfinished(data, 'plan', '', 'The plan'), controls: [] };
  return [...recorded, ...unseen, ...(isUnplanned ? [plan] : [])];
}

/**
 * Checks that a plan task should have answered and did not: `unknown`, with the reason. Without them a source that was lost would
 * leave the other sources' passes standing alone.
 */
export function missingChecks(data: RunData): VerifiedCheck[] {
  const given = new Set(data.checkResults.map(({ planTaskId, checkId }) => `${planTaskId} ${checkId}`));
  return data.planTasks.flatMap((task) =>
    checksFor(data, task)
      .filter((info) => !given.has(`${task.id} ${info.id}`))
      .map((info) => ({
        id: info.id,
        title: info.title,
        rationale: info.rationale,
        source: task.source,
        result: 'unknown' as const,
        reason: `${task.source}: ${whyNotSeen(data, task)}`,
        counts: { pass: 0, fail: 0, unknown: 0, notApplicable: 0 },
        observations: [],
        planTaskId: task.id,
        info,
      })),
  );
}

/** Checks on a capability that speak to the run's framework. */
export const checksFor = (data: RunData, task: PlanTaskRow): CheckInfo[] =>
  data.checks.filter((info) => info.capability === task.capability && (info.controls[data.framework.id] ?? []).length > 0);

/** Less than was planned: a fallback wrote it, it never finished, or it says that a part of it is missing. */
const isDegraded = (step: StepRow): boolean => step.origin === 'fallback' || step.status !== 'done' || step.reason !== null;

/** Each with its reason. */
export function degradedOf(data: RunData): Degraded[] {
  return data.steps
    .filter((step) => step.name !== 'finalise' && isDegraded(step))
    .map((step) => ({ step: labelOf(data, step), reason: reasonOf(step) }));
}

/** A degraded source, or sight that a model run lost, makes the run partial; a section by the fallback does not. */
export const hasDegradedSight = (data: RunData): boolean =>
  data.steps.some(
    (step) => isDegraded(step) && (step.name === 'extract' || (step.name === 'assess' && data.run.mode === 'model')),
  );

export const stepOf = (data: RunData, name: string, item: string): StepRow | undefined =>
  data.steps.find((step) => step.name === name && step.item === item);

/** What no collector reads leaves no result of a check: that its step ended says that it was looked at. */
const isSeen = (data: RunData, task: PlanTaskRow): boolean =>
  task.capability === exploration ? stepOf(data, 'extract', task.id)?.status === 'done' : hasResult(data, task);

const hasResult = (data: RunData, task: PlanTaskRow): boolean => data.checkResults.some((row) => row.planTaskId === task.id);

const gapOf = (data: RunData, task: PlanTaskRow) => data.gaps.find((gap) => gap.item === task.id);

function whyNotSeen(data: RunData, task: PlanTaskRow): string {
  const gap = gapOf(data, task);
  if (gap !== undefined && !hasResult(data, task)) return sentence(oneLine(gap.reason));
  return hasResult(data, task) ? 'This check left no result.' : whyUnfinished(data, 'extract', task.id, 'This source');
}

function whyUnfinished(data: RunData, name: string, item: string, what: string): string {
  const step = stepOf(data, name, item);
  if (step === undefined) {
    return data.run.cancelRequestedAt === null
      ? `${what} was never reached.`
      : `${what} was not reached before the run was cancelled.`;
  }
  return step.status === 'done' && step.origin === 'task' ? `${what} left no result.` : reasonOf(step);
}

function reasonOf(step: StepRow): string {
  const given = step.reason ?? step.error;
  if (given !== null && given.trim() !== '') return sentence(oneLine(given));
  return step.status === 'running' ? `It did not finish (attempt ${step.attempt}).` : 'No reason was recorded.';
}

/** `extract/shop files (repository-files)`: ids mean nothing to a reader. */
function labelOf(data: RunData, { name, item }: StepRow): string {
  if (item === '') return name;
  const task = data.planTasks.find(({ id }) => id === item);
  return task === undefined ? `${name}/${item}` : `${name}/${task.source} (${task.capability})`;
}
