import type { Citation, Observation, RepositoryCheck, RepositoryFiles } from '../check.ts';
import { absent, excerpt } from '../cite.ts';
import { countPaths, fail, incomplete, pass, unknown } from '../observe.ts';
import { workflowGlobs } from '../parse/workflow.ts';
import { testCommands } from './commands.ts';
import { ciGlobs, type Pipelines, pipelines } from './pipelines.ts';
import { reach } from './reach.ts';

const testActions = new Set(['cypress-io/github-action']);

export const testsOnPullRequest: RepositoryCheck = {
  id: 'ci-tests-on-pull-request',
  title: 'Automated tests run on every proposed change',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A change that is merged untested can break or weaken the product unnoticed. CSF PR.PS-06 asks that secure development practices are ' +
    'used and their performance monitored; SSDF PO.4.1 asks for defined criteria that are checked during development, PW.8.2 for executable testing.',
  remediation: {
    steps: [
      'Add a workflow with the trigger "pull_request" that installs dependencies and runs the test suite.',
      'Make that workflow a required status check of the default branch.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PO.4.1', 'PW.8.2'] },
  evaluate: (input) => [judge(input)],
};

function judge(input: RepositoryFiles): Observation {
  const seen = pipelines(input);
  const before = seen.scripts.filter(({ onPullRequest }) => onPullRequest !== null);
  const tested = reach(input, before, testCommands);
  if (tested !== null) {
    const citations = [...(tested.script.onPullRequest ?? []), ...tested.citations];
    return pass('repository', 'A pipeline that runs before changes are merged runs the tests', citations);
  }
  const action = seen.actions.find(({ name, onPullRequest }) => testActions.has(name) && onPullRequest !== null);
  if (action) {
    const citations = [...(action.onPullRequest ?? []), excerpt(action.file, action.uses.start, action.uses.end)];
    return pass('repository', 'A pipeline that runs before changes are merged runs the tests', citations);
  }
  const [reason] = seen.unseen;
  if (reason !== undefined) return unknown('repository', `No test run was found, but not everything could be read: ${reason}`);
  if (!input.listing.complete) return incomplete(input, 'repository');
  if (seen.workflows.length === 0) return absent(input, 'repository', ciGlobs, 'There is no CI pipeline that could run tests');
  return untested(input, seen);
}

function untested(input: RepositoryFiles, seen: Pipelines): Observation {
  const triggers = seen.workflows.flatMap(({ file, workflow }): readonly Citation[] =>
    workflow.triggers.map(({ start, end }) => excerpt(file, start, end)),
  );
  const later = reach(input, seen.scripts, testCommands);
  if (later !== null) {
    return fail('repository', 'Tests run in CI, but in no workflow that runs before changes are merged', [
      ...later.citations,
      ...triggers,
    ]);
  }
  return fail('repository', 'No workflow runs a command that is known to run tests', [
    countPaths(input, workflowGlobs),
    ...triggers,
  ]);
}
