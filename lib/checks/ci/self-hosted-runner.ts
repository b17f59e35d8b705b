import type { Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { excerpt } from '../cite.ts';
import { fail, notApplicable, pass, unknown } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import type { Job, Trigger, Workflow } from '../parse/workflow.ts';
import { expressions } from './expressions.ts';
import { perWorkflow } from './per-workflow.ts';
import { calls, type Pipelines, pipelines } from './pipelines.ts';

/** Events whose jobs can run code that somebody outside proposed. */
const proposed = new Set(['pull_request', 'pull_request_target']);
/** Labels of runners that the host makes afresh for each job (docs.github.com, "Standard GitHub-hosted runners"). */
const hosted = /^(?:ubuntu|windows|macos)-(?:latest|slim|\d[\w.-]*)$/i;
/** Conditions that keep changes of forks out. */
const sameRepository =
  /head\.repo\.(?:full_name|id|owner\.login)\s*==\s*github\.|head\.repo\.fork\s*(?:==\s*false|!=\s*true)|!\s*github\.event\.pull_request\.head\.repo\.fork/;

export const selfHostedRunner: RepositoryCheck = {
  id: 'self-hosted-runner-on-pull-request',
  title: 'Pull requests do not run on self-hosted runners',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A self-hosted runner keeps its state and its place in the network; a pull request can leave something on it, or reach through it. ' +
    'CSF PR.IR-01 asks that networks are protected from unauthorised logical access; SSDF PO.5.1 that development environments are separated.',
  remediation: {
    steps: [
      'Run jobs of pull requests on hosted, or on ephemeral and isolated, runners.',
      'Where that is impossible, exclude forks by a condition on "github.event.pull_request.head.repo.full_name".',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.IR-01'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (input) => perWorkflow(input, 'any-ci', (file, workflow) => judgeJobs(input, file, workflow)),
};

function judgeJobs(input: RepositoryFiles, file: TextFile, workflow: Workflow): readonly Observation[] {
  const triggered = proposedTrigger({ file, workflow }, pipelines(input).workflows, 0);
  if (triggered === null) return [notApplicable(file.path, 'It does not run for pull requests')];
  const jobs = workflow.jobs.filter(({ uses }) => uses === null);
  if (jobs.length === 0) return [notApplicable(file.path, 'Its jobs only call other workflows')];
  return jobs.map((job) => judge(file, job, triggered));
}

type ReadWorkflow = Pipelines['workflows'][number];
interface Triggered {
  readonly file: TextFile;
  readonly trigger: Trigger;
}

/** The event that makes a workflow run for a pull request, its own or that of a workflow that calls it. */
function proposedTrigger(one: ReadWorkflow, all: readonly ReadWorkflow[], depth: number): Triggered | null {
  const trigger = one.workflow.triggers.find(({ event }) => proposed.has(event));
  if (trigger) return { file: one.file, trigger };
  if (depth > 4 || !one.workflow.triggers.some(({ event }) => event === 'workflow_call')) return null;
  const callers = all.filter(({ workflow }) => workflow.jobs.some(({ uses }) => calls(uses, one.file)));
  return callers.map((caller) => proposedTrigger(caller, all, depth + 1)).find((found) => found !== null) ?? null;
}

function judge(file: TextFile, job: Job, { file: triggerFile, trigger }: Triggered): Observation {
  const resource = `${file.path}#${job.id}`;
  const { runsOn } = job;
  if (runsOn === null) return unknown(resource, 'The job names no runner');
  const cited = [excerpt(triggerFile, trigger.start, trigger.end), excerpt(file, runsOn.start, runsOn.end)];
  const labels = runsOn.labels.flatMap((label) => matrixValues(label, job));
  if (labels.some((label) => /^self-hosted$/i.test(label))) {
    if (job.if !== null && sameRepository.test(job.if.value)) {
      return pass(resource, 'It runs on a self-hosted runner, but not for changes of forks', [
        ...cited,
        excerpt(file, job.if.start, job.if.end),
      ]);
    }
    return fail(resource, 'It runs for pull requests on a self-hosted runner', cited);
  }
  if (runsOn.group) return unknown(resource, 'It runs in a runner group, whose runners are not in the files');
  if (labels.length > 0 && labels.every((label) => hosted.test(label)))
    return pass(resource, 'It runs for pull requests on a hosted runner', cited);
  return unknown(
    resource,
    `Whether the runner ${labels.find((label) => !hosted.test(label)) ?? ''} is self-hosted is not in the files`,
  );
}

/** The values of `${{ matrix.x }}`; any other label as it stands. */
function matrixValues(label: string, job: Job): readonly string[] {
  const [expression] = expressions(label);
  const axis = expression && expression.written === label ? /^matrix\.([\w-]+)$/.exec(expression.body)?.[1] : undefined;
  const values = axis === undefined ? undefined : job.matrix.get(axis);
  return values && values.length > 0 ? values : [label];
}
