import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';
import { defaultBranch, withoutDefaultBranch } from './default-branch.ts';

export const statusChecksRequired: RecordCheck<'branch-rule'> = {
  id: 'access-status-checks',
  title: 'Changes reach the default branch only when their status checks have passed',
  capability: 'repository-settings',
  kind: 'branch-rule',
  severity: 'medium',
  rationale:
    'Tests and scans that run but do not bind are advice. CSF PR.PS-06 asks that secure development practices are integrated; SSDF PW.8.2 that ' +
    'testing is performed and its results are acted on, which a required check enforces for every change.',
  remediation: {
    steps: ['Name the tests and scans as required status checks in the rule of the default branch.'],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PW.8.2'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: defaultBranch,
      breaches: [
        {
          where: [{ fact: 'requiresStatusChecks', is: 'equal', value: false }],
          reason: 'The rules of the default branch require no status check',
        },
      ],
      known: ['branch'],
      all: 'default branch',
      kept: 'The default branch requires status checks',
      none: withoutDefaultBranch,
    }),
};
