/** The two keys of a stage: one seals credentials, one signs reports. They never leave KMS. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { Parameters } from '../parameters.ts';

export class KeyPair extends Construct {
  readonly parameters: Parameters;

  constructor(scope: Construct, id: string, { production, prefix }: Config) {
    super(scope, id);
    const common = {
      // Without the sealing key no credential opens again, and a report is checked against the signing key for years.
      removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(production ? 30 : 7),
    };
    const sealing = new Key(this, 'Sealing', {
      ...common,
      alias: `${prefix}-sealing`,
      description: 'Seals the credentials of connections',
      enableKeyRotation: true,
    });
    const signing = new Key(this, 'Signing', {
      ...common,
      alias: `${prefix}-signing`,
      description: 'Signs reports',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
    });
    this.parameters = { 'kms-sealing-key-arn': sealing.keyArn, 'kms-signing-key-arn': signing.keyArn };
  }
}
