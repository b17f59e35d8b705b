import type { Check } from '../check.ts';
import { auditLogEverywhere } from './audit-log.ts';
import { bucketEncryption } from './bucket-encryption.ts';
import { encryptionDefaults } from './encryption-defaults.ts';
import { oldUserKeys } from './old-keys.ts';
import { publicBuckets } from './public-buckets.ts';
import { rootKeys } from './root-keys.ts';
import { rootMfa } from './root-mfa.ts';
import { userMfa } from './user-mfa.ts';

export const cloudChecks: readonly Check[] = [
  publicBuckets,
  bucketEncryption,
  encryptionDefaults,
  rootKeys,
  rootMfa,
  userMfa,
  oldUserKeys,
  auditLogEverywhere,
];
