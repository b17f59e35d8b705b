import type { RepositoryCheck } from '../check.ts';
import { evaluate, scope } from './evaluate.ts';

export const weakCryptography: RepositoryCheck = {
  id: 'code-weak-cryptography',
  title: 'Code uses current digests and ciphers',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'MD5, SHA-1, DES, RC4 and ECB give way to attacks that cost little. CSF PR.DS-01 asks that the confidentiality and integrity of data at ' +
    'rest are protected; SSDF PW.5.1 that code follows secure coding practices. Broken ciphers and modes always fail. MD5 and SHA-1 fail where ' +
    'the names around them speak of passwords, tokens, signatures or sessions, are fine where they speak of checksums, caches or ETags, and ' +
    'are left to a person where they speak of neither. HMAC with SHA-1 is not judged.' +
    scope,
  remediation: {
    steps: [
      'Hash passwords with scrypt, argon2 or bcrypt; everything else that protects with SHA-256 or better.',
      'Encrypt with an authenticated mode: AES-256-GCM or ChaCha20-Poly1305, with a fresh nonce for each message.',
      'Plan how stored values move over: verify the old form once more at the next sign-in, then store the new one.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-01'], 'nist-ssdf-1.1': ['PW.5.1'] },
  evaluate: evaluate(
    'cryptography',
    'Apart from tests and examples, no source file uses a broken digest or cipher to protect something',
  ),
};
