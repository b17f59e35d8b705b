import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';
import { defaultBranch, withoutDefaultBranch } from './default-branch.ts';

export const defaultBranchProtected: RecordCheck<'branch-rule'> = {
  id: 'access-default-branch-protected',
  title: 'The default branch is protected',
  capability: 'repository-settings',
  kind: 'branch-rule',
  severity: 'high',
  rationale:
    'What is on the default branch is what is built and released; without rules anybody who may write may put anything there. CSF PR.AA-05 asks ' +
    'that permissions are enforced with least privilege; SSDF PS.1.1 that code is kept from unauthorised change.',
  remediation: {
    steps: [
      'Add a rule for the default branch that lets changes in by pull or merge request only.',
      'Require an approval and passing status checks in the same rule.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-05'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: defaultBranch,
      breaches: [
        {
          where: [{ fact: 'isProtected', is: 'equal', value: false }],
          reason: 'The default branch has no rule that protects it',
        },
      ],
      known: ['branch'],
      all: 'default branch',
      kept: 'The default branch is protected',
      none: withoutDefaultBranch,
    }),
};
