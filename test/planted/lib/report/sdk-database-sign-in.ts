export type { Signer } from '@aws-sdk/rds-signer';
