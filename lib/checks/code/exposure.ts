import type { RepositoryCheck } from '../check.ts';
import { evaluate, scope } from './evaluate.ts';

export const exposure: RepositoryCheck = {
  id: 'code-cors-debug',
  title: 'Cross-origin requests are limited and debugging is off',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'A service that lets every origin send credentials lets every web page act as its visitor; debug modes show source and variables, or run ' +
    'code for whoever asks. CSF PR.PS-01 asks for hardened configuration; SSDF PW.9.1 for secure settings by default. Judged are CORS options ' +
    'and headers, debug switches of Python frameworks, and development modes in the last stage of a Dockerfile.' +
    scope,
  remediation: {
    steps: [
      'List the origins that may send credentials, and compare with that list before answering with one of them.',
      'Turn debugging off by default, and let only a development setting turn it on.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: evaluate(
    'exposure',
    'Apart from tests and examples, no source file shares credentials with every origin or turns debugging on',
  ),
};
