/** The console, and its files where somebody has built them. */
import { existsSync } from 'node:fs';
import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { ConsoleSite } from '../constructs/console-site.ts';
import { lookupIn } from '../parameters.ts';

export interface WebStackProps {
  readonly config: Config;
  /** The folder that the console's build writes. */
  readonly build: string;
}

export class WebStack extends Stack {
  constructor(scope: Construct, id: string, { config, build }: WebStackProps) {
    super(scope, id);
    const at = lookupIn(this, config);
    const site = new ConsoleSite(this, 'Console', {
      config,
      connects: [at('public-url'), at('websocket-url'), at('supabase-url')],
    });
    if (existsSync(build)) {
      const logGroup = new LogGroup(this, 'UploadLogs', {
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      new BucketDeployment(this, 'Upload', {
        sources: [Source.asset(build)],
        destinationBucket: site.bucket as IBucket,
        distribution: site.distribution,
        memoryLimit: 512,
        logGroup,
      });
    }
    const { domainName } = site.distribution;
    new CfnOutput(this, 'ConsoleUrl', {
      value: `https://${config.consoleDomain?.name ?? domainName}`,
      description: 'The console; must be among allowedOrigins',
    });
    new CfnOutput(this, 'ConsoleDomainTarget', { value: domainName, description: "What the console domain's CNAME points at" });
  }
}
