import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const rootMfa: RecordCheck<'root-account'> = {
  id: 'cloud-root-mfa',
  title: 'The root account uses multi-factor authentication',
  capability: 'cloud-configuration',
  kind: 'root-account',
  severity: 'critical',
  rationale:
    'Whoever signs in as root owns the account, and a password alone can be guessed, phished or reset by mail. CSF PR.AA-03 asks for more than one factor ' +
    'where the risk calls for it; SSDF PO.5.1 that environments are protected, multi-factor authentication among the means.',
  remediation: { steps: ['Register two hardware keys or passkeys for the root account, and keep them apart.'], effort: 'small' },
  controls: { 'nist-csf-2.0': ['PR.AA-03'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [
        { where: [{ fact: 'hasMfa', is: 'equal', value: false }], reason: 'The root account has no multi-factor authentication' },
      ],
      known: [],
      all: 'root account',
      kept: 'The root account has multi-factor authentication',
      none: { result: 'unknown', reason: 'The source does not show the root account' },
    }),
};
