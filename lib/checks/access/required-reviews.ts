import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';
import { defaultBranch, withoutDefaultBranch } from './default-branch.ts';

export const requiredReviews: RecordCheck<'branch-rule'> = {
  id: 'access-required-reviews',
  title: 'A change to the default branch needs the approval of a second person, also from administrators',
  capability: 'repository-settings',
  kind: 'branch-rule',
  severity: 'medium',
  rationale:
    'A review that can be skipped is skipped when it would matter most. CSF PR.PS-06 asks for secure development practices that are monitored, ' +
    'CSF PR.AA-05 that nobody can both make and approve a critical change; SSDF PW.7.1 asks for code review. One approval is the least that ' +
    'makes a second person look; a rule that spares administrators leaves the most powerful accounts without one.',
  remediation: {
    steps: [
      'Require at least one approval for changes to the default branch.',
      'Let the rule hold for administrators too, and name the few who may bypass it in an emergency.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-05', 'PR.PS-06'], 'nist-ssdf-1.1': ['PW.7.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: defaultBranch,
      breaches: [
        {
          where: [{ fact: 'requiredApprovals', is: 'below', value: 1 }],
          reason: 'The rules of the default branch require no approval',
        },
        {
          where: [{ fact: 'appliesToAdmins', is: 'equal', value: false }],
          reason: 'The rules of the default branch spare administrators',
        },
      ],
      known: ['branch'],
      all: 'default branch',
      kept: 'The default branch requires approval, and administrators are not exempt',
      none: withoutDefaultBranch,
    }),
};
