/** What outlives a deployment: the bucket of reports and bundles. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';

export class DataStack extends Stack {
  readonly reports: Bucket;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: config.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    const logs = new Bucket(this, 'AccessLogs', {
      ...common,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    this.reports = new Bucket(this, 'Reports', {
      ...common,
      // CDK declares optional members without `| undefined`, which exactOptionalPropertyTypes tells apart.
      serverAccessLogsBucket: logs as IBucket,
      serverAccessLogsPrefix: 'reports/',
      // An upload that was cut off is removed; a report stays until its project is deleted.
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    });
  }
}
