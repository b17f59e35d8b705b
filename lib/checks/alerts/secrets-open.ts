import type { RecordCheck } from '../check.ts';
import { judgeRecords } from '../rule.ts';

export const secretsOpen: RecordCheck<'secret-alert'> = {
  id: 'alerts-secrets-open',
  title: 'No alert of secret scanning is open',
  capability: 'alerts',
  kind: 'secret-alert',
  severity: 'critical',
  rationale:
    'A secret that a scanner found can be found by anybody who reads the repository, and works until it is withdrawn: there is no time to allow. CSF ' +
    'PR.AA-01 asks that credentials are managed and none lies about; SSDF PW.5.1 for secure coding practices, which keep secrets out of code.',
  remediation: {
    steps: [
      'Withdraw the secret where it was issued, first; deleting the line does not help, because history keeps it.',
      'Look at what it was used for since it was committed, then close the alert as revoked.',
      'Switch on push protection, so that the next one is refused.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-01'], 'nist-ssdf-1.1': ['PW.5.1'] },
  evaluate: (set) =>
    judgeRecords(set, {
      about: [],
      breaches: [{ where: [{ fact: 'state', is: 'equal', value: 'open' }], reason: 'The alert on a secret is open' }],
      known: [],
      all: 'secret alerts',
      kept: 'No alert on a secret is open',
      none: { result: 'pass', reason: 'No alert on a secret is listed' },
    }),
};
