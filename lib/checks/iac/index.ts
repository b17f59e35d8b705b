import type { Check } from '../check.ts';
import { backups } from './backups.ts';
import { encryptionAtRest } from './encryption-at-rest.ts';
import { iamWildcards } from './iam-wildcards.ts';
import { loggingRetention } from './logging-retention.ts';
import { publicExposure } from './public-exposure.ts';
import { transportEncryption } from './transport-encryption.ts';

export const iacChecks: readonly Check[] = [
  publicExposure,
  encryptionAtRest,
  transportEncryption,
  iamWildcards,
  loggingRetention,
  backups,
];
