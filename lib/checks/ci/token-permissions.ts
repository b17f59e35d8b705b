import type { Citation, Observation, RepositoryCheck } from '../check.ts';
import { excerpt } from '../cite.ts';
import { fail, notApplicable, pass, quotes } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import type { Job, Permissions, Workflow } from '../parse/workflow.ts';
import { perWorkflow } from './per-workflow.ts';

export const tokenPermissions: RepositoryCheck = {
  id: 'workflow-token-permissions',
  title: 'Workflows give their token the least privilege',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'Any step of a job, and any dependency it runs, holds the job\'s token. Without a "permissions" key its scope is a setting outside the ' +
    'files, which may be write access to everything. CSF PR.AA-05 asks for least privilege; SSDF PO.5.1 for separated, protected development environments.',
  remediation: {
    steps: [
      'Put "permissions: { contents: read }" (or "{}") at the top of the workflow.',
      'Give write scopes only to the jobs that need them, scope by scope, in the job\'s own "permissions".',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-05'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (input) => perWorkflow(input, 'github-only', (file, workflow) => [judge(file, workflow)]),
};

function judge(file: TextFile, workflow: Workflow): Observation {
  const { permissions, jobs, triggers } = workflow;
  if (jobs.length === 0) return notApplicable(file.path, 'It has no job');
  const everywhere = [permissions, ...jobs.map((job) => job.permissions)].filter((one) => one?.all === 'write-all');
  if (everywhere.length > 0)
    return fail(
      file.path,
      'It gives its token write access to everything',
      quotes(
        file,
        everywhere.filter((one) => one !== null),
      ),
    );
  const wide = writeScopes(permissions);
  // With one inheriting job, a scope at the top is a scope of that job.
  if (wide.length > 0 && jobs.filter((job) => job.permissions === null).length > 1)
    return fail(file.path, 'It gives write scopes to several jobs at once', quotes(file, wide));
  const open = permissions === null ? jobs.filter((job) => job.permissions === null) : [];
  if (open.length > 0) {
    // A workflow that is only called gets at most what its caller has.
    if (triggers.every(({ event }) => event === 'workflow_call'))
      return notApplicable(file.path, 'Its callers decide the permissions of its token');
    return fail(
      file.path,
      `${jobNames(open)} no "permissions", so the scope of the token is a setting outside the file`,
      open.map(citeKey(file)),
    );
  }
  const declared = [permissions, ...jobs.map((job) => job.permissions)].filter((one) => one !== null);
  return pass(
    file.path,
    'Its token is limited for every job, and write scopes are given to single jobs only',
    quotes(file, declared),
  );
}

const writeScopes = (permissions: Permissions | null): Permissions['scopes'] =>
  permissions?.scopes.filter(({ value }) => value === 'write') ?? [];

const jobNames = (jobs: readonly Job[]): string =>
  jobs.length === 1
    ? `The job ${jobs[0]?.id ?? ''} has`
    : `The jobs ${jobs
        .slice(0, 10)
        .map(({ id }) => id)
        .join(', ')}${jobs.length > 10 ? ' and others' : ''} have`;

const citeKey =
  (file: TextFile) =>
  ({ start, keyEnd }: Job): Citation =>
    excerpt(file, start, keyEnd);
