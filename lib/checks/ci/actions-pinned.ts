import type { Observation, RepositoryCheck, RepositoryFile } from '../check.ts';
import { isText } from '../cite.ts';
import { fail, notApplicable, own, pass, quotes, unknown } from '../observe.ts';
import type { Parsed } from '../parse/memo.ts';
import { actionGlobs, compositeSteps, type Setting, type Step } from '../parse/workflow.ts';
import { perWorkflow } from './per-workflow.ts';

export const actionsPinned: RepositoryCheck = {
  id: 'actions-pinned',
  title: 'Actions are pinned by commit SHA',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A tag or branch of an action can be moved to other code, which then runs with the secrets and the token of the workflow. ' +
    'CSF ID.RA-09 asks that authenticity and integrity of software are assessed before use; SSDF PW.4.1 asks for well-secured third-party components.',
  remediation: {
    steps: [
      'Replace each tag or branch after "@" by the full commit SHA of that release, and keep the tag as a comment.',
      'Let a dependency update bot raise the SHAs (Dependabot: package-ecosystem "github-actions").',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['ID.RA-09'], 'nist-ssdf-1.1': ['PW.4.1'] },
  evaluate: (input) => {
    const inWorkflows = perWorkflow(input, 'github-only', (file, { jobs }) => [
      judge(
        file,
        jobs.flatMap(({ uses, steps }) => [uses, ...usesOf(steps)]),
      ),
    ]);
    const inActions = own(input, actionGlobs).map((file) => judgeAction(file, compositeSteps(file)));
    // Without workflows, the composite actions of the repository are the whole subject.
    const subject = inActions.length > 0 ? inWorkflows.filter(({ resource }) => resource !== 'repository') : inWorkflows;
    return [...subject, ...inActions];
  },
};

const usesOf = (steps: readonly Step[]): readonly (Setting | null)[] => steps.map(({ uses }) => uses);

const judgeAction = (file: RepositoryFile, steps: Parsed<readonly Step[]>): Observation =>
  steps.ok ? judge(file, usesOf(steps.value)) : unknown(file.path, steps.reason);

function judge(file: RepositoryFile, references: readonly (Setting | null)[]): Observation {
  const uses = references.filter((reference) => reference !== null);
  if (!isText(file) || uses.length === 0) return notApplicable(file.path, 'It uses no action');
  const moving = uses.filter(({ value }) => !isFixed(value));
  if (moving.length === 0)
    return pass(
      file.path,
      'Every action it uses is fixed by a commit SHA or a digest, or lies in the repository',
      quotes(file, uses),
    );
  const names = [...new Set(moving.map(({ value }) => value))];
  const some =
    names.length > 3
      ? `${names.slice(0, 3).join(', ')} and others are`
      : `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'}`;
  return fail(file.path, `${some} referenced by a tag or branch, which can be moved`, quotes(file, moving));
}

/** A path in the repository, an image by digest, or a full commit SHA (SHA-1 or SHA-256). */
function isFixed(reference: string): boolean {
  if (reference.startsWith('./') || reference.startsWith('../')) return true;
  if (reference.startsWith('docker://')) return /@sha256:[0-9a-f]{64}$/.test(reference);
  return /@(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(reference);
}
