/** The console: files in a private bucket, shown by CloudFront alone, under headers that let a page run nothing but its own code. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';

export interface ConsoleSiteProps {
  readonly config: Config;
  /** What the console talks to, beside its own origin. */
  readonly connects: readonly string[];
}

export class ConsoleSite extends Construct {
  readonly bucket: Bucket;
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { config, connects }: ConsoleSiteProps) {
    super(scope, id);
    // Nothing here is worth keeping: every deployment brings the files again.
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: config.production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    const logs = new Bucket(this, 'AccessLogs', {
      ...common,
      // CloudFront delivers by ACL.
      objectOwnership: ObjectOwnership.BUCKET_OWNER_PREFERRED,
      lifecycleRules: [{ expiration: Duration.days(90) }],
    });
    this.bucket = new Bucket(this, 'Files', {
      ...common,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      // CDK declares optional members without `| undefined`, which exactOptionalPropertyTypes tells apart.
      serverAccessLogsBucket: logs as IBucket,
      serverAccessLogsPrefix: 'files/',
    });
    const shown = { httpStatus: 403, responseHttpStatus: 200, responsePagePath: '/index.html', ttl: Duration.minutes(1) };
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `${config.prefix} console`,
      defaultRootObject: 'index.html',
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(config.consoleDomain && {
        domainNames: [config.consoleDomain.name],
        certificate: Certificate.fromCertificateArn(this, 'Certificate', config.consoleDomain.certificateArn),
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      enableLogging: true,
      logBucket: logs as IBucket,
      logFilePrefix: 'requests/',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: this.#headers(config, connects),
      },
      // Paths belong to the page. The bucket says 403 of what it has not, because nobody may list it.
      errorResponses: [shown],
    });
  }

  #headers({ prefix }: Config, connects: readonly string[]): ResponseHeadersPolicy {
    const directives = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      `connect-src 'self' ${connects.join(' ')}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    return new ResponseHeadersPolicy(this, 'Headers', {
      responseHeadersPolicyName: `${prefix}-console`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: directives.join('; '), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(730), includeSubdomains: true, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=()', override: true },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
        ],
      },
    });
  }
}
