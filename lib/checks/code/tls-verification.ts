import type { RepositoryCheck } from '../check.ts';
import { evaluate, scope } from './evaluate.ts';

export const tlsVerification: RepositoryCheck = {
  id: 'code-tls-verification',
  title: 'Code verifies the certificates of what it connects to',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A client that accepts any certificate talks to whoever stands in between. CSF PR.DS-02 asks that data in transit is protected; SSDF PW.5.1 ' +
    'asks that code follows secure coding practices. What only an environment such as development turns off is left to a person.' +
    scope,
  remediation: {
    steps: [
      'Remove the option, and see which certificate is then refused.',
      'Give the client the certificate authority it lacks (the "ca" option, NODE_EXTRA_CA_CERTS, or the "verify" path in Python).',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-02'], 'nist-ssdf-1.1': ['PW.5.1'] },
  evaluate: evaluate('tls', 'Apart from tests and examples, no source file turns certificate verification off'),
};
