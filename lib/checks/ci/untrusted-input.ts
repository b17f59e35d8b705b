import type { Citation, Observation, RepositoryCheck } from '../check.ts';
import { excerpt } from '../cite.ts';
import { fail, notApplicable, pass, quotes } from '../observe.ts';
import type { TextFile } from '../parse/memo.ts';
import type { Setting, Step, Workflow } from '../parse/workflow.ts';
import { injections, namesProposedCode } from './expressions.ts';
import { perWorkflow } from './per-workflow.ts';

/** Events that run with the repository's secrets and a writable token although an outsider can cause them. */
const privileged = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);
const fetchesProposedCode = /\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout)\b[^\n]*(?:pull\/|refs\/pull)/;
/** Inputs that are executed as a script, by action. */
const scriptInputs = new Map([['actions/github-script', 'script']]);

export const untrustedInput: RepositoryCheck = {
  id: 'workflow-untrusted-input',
  title: 'Workflows neither run untrusted code with privileges nor paste untrusted text into scripts',
  capability: 'repository-files',
  severity: 'critical',
  rationale:
    'A workflow that checks out a pull request under pull_request_target hands its secrets to whoever opened it; a title pasted into a script is ' +
    'code that its author chose. CSF PR.PS-06 asks for secure development practices; SSDF PO.5.1 for protected development environments.',
  remediation: {
    steps: [
      'Build and test pull requests under "pull_request", which has no secrets; keep "pull_request_target" for jobs that do not check out the change.',
      'Pass event text through "env:" and use it in the script as a quoted shell variable.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (input) => perWorkflow(input, 'any-ci', (file, workflow) => [judge(file, workflow)]),
};

function judge(file: TextFile, workflow: Workflow): Observation {
  const steps = workflow.jobs.flatMap((job) =>
    job.steps.map((step) => ({ step, env: environment(workflow.env, job.env, step.env) })),
  );
  if (workflow.jobs.length === 0) return notApplicable(file.path, 'It has no job');
  const triggers = workflow.triggers.filter(({ event }) => privileged.has(event));
  const checkouts = triggers.length === 0 ? [] : steps.flatMap(({ step }) => untrustedCheckout(file, step));
  if (checkouts.length > 0) {
    const cited = [...quotes(file, triggers), ...checkouts];
    return fail(
      file.path,
      `It checks out the code of a proposed change under ${triggers.map(({ event }) => event).join(', ')}, with the repository's privileges`,
      cited,
    );
  }
  const injected = steps.flatMap(({ step, env }) => scriptsOf(step).flatMap((script) => injectionSites(file, script, env)));
  if (injected.length > 0) return fail(file.path, 'It pastes text that an outsider chooses into a script', injected);
  const shown = [...workflow.triggers, ...workflow.jobs.map(({ start, keyEnd }) => ({ start, end: keyEnd }))];
  return pass(
    file.path,
    'No step checks out a proposed change with privileges, and no script holds an expression that an outsider fills',
    quotes(file, shown),
  );
}

/** Later levels win, as in GitHub's own order. */
const environment = (...levels: readonly (readonly Setting[])[]): ReadonlyMap<string, string> =>
  new Map(levels.flat().map(({ key, value }) => [key.toLowerCase(), value]));

function untrustedCheckout(file: TextFile, step: Step): readonly Citation[] {
  const { uses, run } = step;
  if (uses?.value.toLowerCase().startsWith('actions/checkout@')) {
    const named = step.with.filter(({ key, value }) => (key === 'ref' || key === 'repository') && namesProposedCode(value));
    return named.length === 0 ? [] : [excerpt(file, uses.start, uses.end), ...quotes(file, named)];
  }
  const found = run === null ? null : fetchesProposedCode.exec(file.content.text.slice(run.valueStart, run.end));
  return run === null || found === null
    ? []
    : [excerpt(file, run.valueStart + found.index, run.valueStart + found.index + found[0].length)];
}

function scriptsOf({ uses, run, with: inputs }: Step): readonly Setting[] {
  const name = uses?.value.split('@')[0]?.toLowerCase() ?? '';
  const script = inputs.find(({ key }) => key === scriptInputs.get(name));
  return [run, script].filter((one) => one !== null && one !== undefined);
}

function injectionSites(file: TextFile, script: Setting, env: ReadonlyMap<string, string>): readonly Citation[] {
  return injections(script.value, env).map(({ written }) => {
    const at = file.content.text.indexOf(written, script.valueStart);
    // A folded scalar may break the expression over lines: then the script as a whole is cited.
    return at === -1 || at >= script.end ? excerpt(file, script.start, script.end) : excerpt(file, at, at + written.length);
  });
}
