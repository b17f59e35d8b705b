/** What went wrong without a row of its own: whole stages, and steps that neither a task nor its fallback began. */
import { errorNames } from '../contract/errors.ts';
import type { RunData, StepRow } from '../report/run-data.ts';
import { whyDegraded } from './step.ts';

/** Error names of whole stages that failed, and of the run itself when its machine did not reach the end. */
export interface FailedStages {
  readonly analysisError?: string | undefined;
  readonly reportError?: string | undefined;
  readonly runError?: string | undefined;
}

type Known = Pick<RunData, 'run' | 'framework' | 'steps'>;

/** The steps as the report names them: the stored rows, and one for each thing that has none. */
export function reportedSteps(data: Known, { analysisError, reportError, runError }: FailedStages): StepRow[] {
  // A child execution that cancel stopped looks to its parent like any other failure.
  const nameOf = (error: string): string => (data.run.cancelRequestedAt === null ? error : errorNames.cancelled);
  const stage = (name: string, error: string | undefined): StepRow[] =>
    error === undefined ? [] : [failed(name, '', nameOf(error), whyDegraded(nameOf(error)))];
  return [
    ...data.steps.map((step) => (isCutOff(data, step) ? { ...step, reason: cutOff } : step)),
    ...stage('analysis', analysisError),
    ...stage('report', reportError),
    ...stage('run', runError),
    ...(analysisError === undefined && runError === undefined ? unjudged(data) : []),
    ...(reportError === undefined && runError === undefined ? unplanned(data) : []),
  ];
}

/** Cancel refuses whatever the step still had to write, its own reason too. */
const isCutOff = ({ run }: Known, { status }: StepRow): boolean => run.cancelRequestedAt !== null && status === 'running';
const cutOff = 'It was under way when the run was cancelled.';

/** A stage that went on without them says nothing of them (`notRecorded` in infra/workflow/task.ts). */
function unjudged(data: Known): StepRow[] {
  const missing = data.framework.groups.filter(({ id }) => !has(data, 'assess', id));
  if (missing.length > 0 && data.run.cancelRequestedAt !== null)
    return [failed('analysis', '', errorNames.cancelled, whyDegraded(errorNames.cancelled))];
  return missing.map(({ id }) => failed('assess', id, null, 'It never began; the verdicts are those of the checks.'));
}

function unplanned(data: Known): StepRow[] {
  const reason = 'It never began; what to do is what the checks say.';
  return has(data, 'remediate', '') ? [] : [failed('remediate', '', null, reason)];
}

const has = ({ steps }: Known, name: string, item: string): boolean =>
  steps.some((step) => step.name === name && step.item === item);

const failed = (name: string, item: string, error: string | null, reason: string): StepRow => ({
  ...{ name, item, error, reason },
  attempt: 1,
  status: 'failed',
  origin: 'task',
});
