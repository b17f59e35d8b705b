import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';
import { defaultBranch, withoutDefaultBranch } from './default-branch.ts';

export const forcePushRefused: RecordCheck<'branch-rule'> = {
  id: 'access-force-push',
  title: 'Force pushes to the default branch are refused',
  capability: 'repository-settings',
  kind: 'branch-rule',
  severity: 'medium',
  rationale:
    'A force push rewrites history: what was reviewed can be replaced, and what happened can no longer be told. CSF PR.PS-06 asks for secure ' +
    'development practices; SSDF PS.1.1 that code and its history are kept from unauthorised change.',
  remediation: { steps: ['Switch off force pushes in the rule of the default branch.'], effort: 'small' },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: defaultBranch,
      breaches: [
        { where: [{ fact: 'allowsForcePush', is: 'equal', value: true }], reason: 'The default branch can be force-pushed to' },
      ],
      known: ['branch'],
      all: 'default branch',
      kept: 'Force pushes to the default branch are refused',
      none: withoutDefaultBranch,
    }),
};
