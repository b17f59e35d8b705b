import type { RecordCheck } from '../check.ts';
import { daysBefore, judgeRecords } from '../rule.ts';

/** As the CIS benchmarks of the large clouds have it. */
const MAX_DAYS = 90;

export const oldUserKeys: RecordCheck<'cloud-user'> = {
  id: 'cloud-old-keys',
  title: 'Access keys of users are replaced within 90 days',
  capability: 'cloud-configuration',
  kind: 'cloud-user',
  severity: 'medium',
  rationale:
    'A key lies in files, shells and pipelines, and each copy works until the key is replaced. CSF PR.AA-01 asks that keys are issued, rotated and ' +
    'withdrawn under control; SSDF PO.5.1 that access to environments is protected.',
  remediation: {
    steps: [
      'Replace keys of people by sign-on with short-lived credentials, and keys of programs by roles.',
      'Rotate what remains: make the second key, switch over, delete the first.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-01'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [
        {
          where: [{ fact: 'keyCreatedAt', is: 'before', value: daysBefore(set.asOf, MAX_DAYS) }],
          reason: 'An active access key of the user is past its time limit',
        },
      ],
      known: ['name'],
      all: 'cloud users',
      kept: 'No active access key of a user is past its time limit',
      none: { result: 'not-applicable', reason: 'There are no users' },
    }),
};
