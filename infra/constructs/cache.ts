/** Serverless Valkey: TLS always, cluster protocol, reachable by functions alone. Nothing in it is backed up: the product bears its loss. */
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { Lookup, Parameters } from '../parameters.ts';
import { cachePort } from './security-groups.ts';

export class Cache extends Construct {
  readonly parameters: Parameters;

  constructor(scope: Construct, id: string, { config, at }: { readonly config: Config; readonly at: Lookup }) {
    super(scope, id);
    const cache = new CfnServerlessCache(this, 'Cache', {
      serverlessCacheName: config.prefix,
      engine: 'valkey',
      majorEngineVersion: '8',
      subnetIds: [at('isolated-subnet-a'), at('isolated-subnet-b')],
      securityGroupIds: [at('cache-security-group')],
      // A bound on the bill: what goes above it is refused, and the product does without.
      cacheUsageLimits: { dataStorage: { unit: 'GB', maximum: config.cacheGb }, ecpuPerSecond: { maximum: 5000 } },
    });
    this.parameters = { 'redis-url': `rediss://${cache.attrEndpointAddress}:${cachePort}` };
  }
}
