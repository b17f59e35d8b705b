import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const rootKeys: RecordCheck<'root-account'> = {
  id: 'cloud-root-keys',
  title: 'The root account has no access keys',
  capability: 'cloud-configuration',
  kind: 'root-account',
  severity: 'critical',
  rationale:
    'A key of the root account can do everything, and no policy narrows it. CSF PR.AA-01 asks that credentials are managed and withdrawn under control; ' +
    'SSDF PO.5.1 that environments are protected, with the least privilege that the work needs.',
  remediation: {
    steps: [
      'Move whatever uses the key to a role of its own, then delete the key.',
      'Use the root account for the few things that need it, signed in by hand.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-01'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [{ where: [{ fact: 'accessKeys', is: 'at-least', value: 1 }], reason: 'The root account has an access key' }],
      known: [],
      all: 'root account',
      kept: 'The root account has no access key',
      none: { result: 'unknown', reason: 'The source does not show the root account' },
    }),
};
