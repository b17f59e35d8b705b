import type { Check } from '../check.ts';
import { exposure } from './exposure.ts';
import { injection } from './injection.ts';
import { tlsVerification } from './tls-verification.ts';
import { weakCryptography } from './weak-cryptography.ts';

export const codeChecks: readonly Check[] = [tlsVerification, weakCryptography, injection, exposure];
