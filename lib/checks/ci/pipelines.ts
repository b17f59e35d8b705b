/** What the CI of a repository runs: commands and actions of every pipeline file, with the place to cite. */
import type { Citation, RepositoryFile, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { matching, quotes } from '../observe.ts';
import { gitlabGlobs, gitlabPipeline } from '../parse/gitlab.ts';
import type { TextFile } from '../parse/memo.ts';
import { type Job, type Setting, type Step, type Trigger, type Workflow, workflowGlobs, workflows } from '../parse/workflow.ts';
import { simpleCommands } from './commands.ts';

/** CI systems whose files are recognised but not read. */
export const otherCiGlobs = [
  '.circleci/config.{yml,yaml}',
  'azure-pipelines*.{yml,yaml}',
  '.azure-pipelines/**/*.{yml,yaml}',
  'Jenkinsfile',
  '.travis.yml',
  'bitbucket-pipelines.yml',
  '{.drone,.woodpecker,.cirrus,appveyor,.appveyor,cloudbuild,buildspec}.{yml,yaml}',
  '.buildkite/**',
  '.woodpecker/*.{yml,yaml}',
  '.teamcity/**',
] as const;

export const ciGlobs = [...workflowGlobs, ...gitlabGlobs, ...otherCiGlobs] as const;

/** One shell script that CI runs; `cite` quotes the line that holds one of its simple commands. */
export interface CiScript {
  /** The pipeline file that holds it. */
  readonly path: string;
  readonly text: string;
  readonly cite: (command: string) => Citation;
  readonly workingDirectory: string | null;
  readonly onPullRequest: readonly Citation[] | null;
}

export interface CiAction {
  /** Owner and repository, and path where there is one, lower case, without the ref. */
  readonly name: string;
  readonly step: Step | Job;
  readonly file: TextFile;
  readonly uses: Setting;
  readonly onPullRequest: readonly Citation[] | null;
}

export interface Pipelines {
  readonly scripts: readonly CiScript[];
  readonly actions: readonly CiAction[];
  readonly workflows: readonly { readonly file: TextFile; readonly workflow: Workflow }[];
  /** Why something that CI may run was not seen: unread files, other systems, includes, workflows of other repositories. */
  readonly unseen: readonly string[];
}

const cache = new WeakMap<RepositoryFiles, Pipelines>();

export function pipelines(input: RepositoryFiles): Pipelines {
  const known = cache.get(input);
  if (known !== undefined) return known;
  const collected = collect(input);
  cache.set(input, collected);
  return collected;
}

function collect(input: RepositoryFiles): Pipelines {
  const read = workflows(input).flatMap(({ file, parsed }) =>
    parsed.ok && isText(file) ? [{ file, workflow: parsed.value }] : [],
  );
  const unseen = workflows(input).flatMap(({ file, parsed }) => (parsed.ok ? [] : [`${file.path}: ${parsed.reason}`]));
  const github = read.flatMap((one) => githubScripts(one, pullRequestTriggers(one, read)));
  const gitlab = matching(input, gitlabGlobs).map(gitlabScripts);
  return {
    workflows: read,
    scripts: [...github, ...gitlab.flatMap((one) => one.scripts)],
    actions: read.flatMap((one) => githubActions(one, pullRequestTriggers(one, read))),
    unseen: [
      ...unseen,
      ...read.flatMap(delegated),
      ...gitlab.flatMap((one) => one.unseen),
      ...matching(input, otherCiGlobs).map(({ path }) => `${path} belongs to a CI system that this check does not read`),
    ],
  };
}

type ReadWorkflow = Pipelines['workflows'][number];

/** Jobs that call a workflow of another repository: what it runs is not in the files. */
function delegated({ file, workflow }: ReadWorkflow): readonly string[] {
  const jobs = workflow.jobs.filter(({ uses }) => uses && !uses.value.startsWith('./'));
  return jobs.map(({ id }) => `${file.path}#${id} calls a workflow of another repository`);
}

/** The events that start a workflow for a proposed change; for a called workflow, those of its callers. */
function pullRequestTriggers(one: ReadWorkflow, all: readonly ReadWorkflow[], depth = 0): readonly Citation[] | null {
  const direct = quotes(one.file, one.workflow.triggers.filter(isForProposedChange));
  const called = depth < 4 && one.workflow.triggers.some(({ event }) => event === 'workflow_call');
  const callers = called ? all.filter(({ workflow }) => workflow.jobs.some(({ uses }) => calls(uses, one.file))) : [];
  const indirect = callers.flatMap((caller) => pullRequestTriggers(caller, all, depth + 1) ?? []);
  const found = [...direct, ...indirect];
  return found.length > 0 ? found : null;
}

export const calls = (uses: Setting | null, file: RepositoryFile): boolean => uses?.value === `./${file.path}`;

/** A push to any branch precedes the merge as well, if from the same repository only. */
function isForProposedChange({ event, branches }: Trigger): boolean {
  if (event === 'push') return branches === null || branches.some((pattern) => pattern === '*' || pattern === '**');
  return event === 'pull_request' || event === 'pull_request_target' || event === 'merge_group';
}

function githubScripts({ file, workflow }: ReadWorkflow, onPullRequest: CiScript['onPullRequest']): readonly CiScript[] {
  return workflow.jobs.flatMap(({ steps }) =>
    steps.flatMap(({ run, workingDirectory }) => {
      if (run === null) return [];
      const cite = (command: string): Citation => citeLine(file, run, command);
      return [{ path: file.path, text: run.value, cite, workingDirectory, onPullRequest }];
    }),
  );
}

function githubActions({ file, workflow }: ReadWorkflow, onPullRequest: CiAction['onPullRequest']): readonly CiAction[] {
  const carriers: readonly (Step | Job)[] = workflow.jobs.flatMap((job) => [job, ...job.steps]);
  return carriers.flatMap((step) => {
    const { uses } = step;
    if (uses === null) return [];
    return [{ name: (uses.value.split('@')[0] ?? '').toLowerCase(), step, file, uses, onPullRequest }];
  });
}

/** GitLab runs a pipeline for every pushed branch unless told otherwise; rules are not evaluated here. */
function gitlabScripts(file: RepositoryFile): { scripts: readonly CiScript[]; unseen: readonly string[] } {
  const parsed = gitlabPipeline(file);
  if (!parsed.ok || !isText(file)) return { scripts: [], unseen: [`${file.path}: ${parsed.ok ? 'not read' : parsed.reason}`] };
  const scripts = parsed.value.jobs.flatMap(({ script }) =>
    script.map((line): CiScript => {
      const cite = (): Citation => excerpt(file, line.start, line.end);
      return { path: file.path, text: line.text, cite, workingDirectory: null, onPullRequest: [cite()] };
    }),
  );
  const unseen = parsed.value.includes === null ? [] : [`${file.path} includes jobs from elsewhere`];
  return { scripts, unseen };
}

/** The source line of a step's script that holds the command; where it spans lines, the step's own first line. */
function citeLine(file: TextFile, run: Setting, command: string): Citation {
  const { text } = file.content;
  for (let from = run.valueStart; from < run.end; ) {
    const next = text.indexOf('\n', from);
    const to = next === -1 || next > run.end ? run.end : next;
    const line = text.slice(from, to);
    if (simpleCommands(line).includes(command)) {
      return excerpt(file, from + line.length - line.trimStart().length, from + line.trimEnd().length);
    }
    from = to + 1;
  }
  const firstLine = text.indexOf('\n', run.start);
  return excerpt(file, run.start, firstLine === -1 ? run.end : Math.min(firstLine, run.end));
}
