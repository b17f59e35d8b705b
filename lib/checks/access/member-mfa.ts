import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const memberMfa: RecordCheck<'member'> = {
  id: 'access-member-mfa',
  title: 'Everybody with access uses multi-factor authentication',
  capability: 'repository-settings',
  kind: 'member',
  severity: 'high',
  rationale:
    'One guessed or phished password of one member is enough to change the code of all. CSF PR.AA-03 asks that users are authenticated with more ' +
    'than one factor where the risk calls for it; SSDF PO.5.1 asks to protect development environments, multi-factor authentication among the means.',
  remediation: {
    steps: [
      'Require multi-factor authentication for the whole organisation; members without it lose access until they set it up.',
      'Tell those named here beforehand, and prefer passkeys or hardware keys to text messages.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-03'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [
        { where: [{ fact: 'hasMfa', is: 'equal', value: false }], reason: 'The member has no multi-factor authentication' },
      ],
      known: ['name'],
      all: 'members',
      kept: 'Every member listed has multi-factor authentication',
      none: { result: 'unknown', reason: 'No member is listed' },
    }),
};
