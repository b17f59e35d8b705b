/** Reports and bundles: private, encrypted, versioned, with an access log. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export class ReportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { production }: { readonly production: boolean }) {
    super(scope, id);
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    const logs = new Bucket(this, 'AccessLogs', { ...common, lifecycleRules: [{ expiration: Duration.days(90) }] });
    this.bucket = new Bucket(this, 'Reports', {
      ...common,
      // What AWS Backup asks for, and a week to undo a mistake. An erased project's files are gone for good after it.
      versioned: true,
      // CDK declares optional members without `| undefined`, which exactOptionalPropertyTypes tells apart.
      serverAccessLogsBucket: logs as IBucket,
      serverAccessLogsPrefix: 'reports/',
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(7),
          expiredObjectDeleteMarker: true,
        },
      ],
    });
  }
}
