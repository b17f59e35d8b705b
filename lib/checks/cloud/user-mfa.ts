import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const userMfa: RecordCheck<'cloud-user'> = {
  id: 'cloud-user-mfa',
  title: 'Every user who signs in with a password uses multi-factor authentication',
  capability: 'cloud-configuration',
  kind: 'cloud-user',
  severity: 'high',
  rationale:
    'A console password without a second factor is one phished mail away from the account. CSF PR.AA-03 asks for more than one factor where the risk calls ' +
    'for it; SSDF PO.5.1 that environments are protected, multi-factor authentication among the means. Users without a password have no console to sign in to.',
  remediation: {
    steps: [
      'Move people to single sign-on, which asks for the second factor, and delete their passwords.',
      'Until then register a second factor for each user named here, and deny everything without it by policy.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-03'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [{ fact: 'hasPassword', is: 'equal', value: true }],
      breaches: [{ where: [{ fact: 'hasMfa', is: 'equal', value: false }], reason: 'The user signs in with a password alone' }],
      known: ['name'],
      all: 'cloud users',
      kept: 'Every user listed with a password has multi-factor authentication',
      none: { result: 'not-applicable', reason: 'No user signs in with a password' },
    }),
};
