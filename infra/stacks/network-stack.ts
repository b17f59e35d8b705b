/** Where functions, database and cache live, and who of them may reach whom. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { PrivateNetwork } from '../constructs/private-network.ts';
import { SecurityGroups } from '../constructs/security-groups.ts';
import { publish } from '../parameters.ts';

export class NetworkStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id, { terminationProtection: config.production });
    const network = new PrivateNetwork(this, 'Network', config);
    const groups = new SecurityGroups(this, 'Groups', network.vpc);
    network.admitToNat(groups.functions);
    network.admitToNat(groups.outward);
    const [privateA, privateB] = network.vpc.privateSubnets;
    const [isolatedA, isolatedB] = network.vpc.isolatedSubnets;
    if (!privateA || !privateB || !isolatedA || !isolatedB) throw new Error('The network has two zones.');
    publish(this, config, {
      'private-subnet-a': privateA.subnetId,
      'private-subnet-b': privateB.subnetId,
      'isolated-subnet-a': isolatedA.subnetId,
      'isolated-subnet-b': isolatedB.subnetId,
      'functions-security-group': groups.functions.securityGroupId,
      'outward-security-group': groups.outward.securityGroupId,
      'database-security-group': groups.database.securityGroupId,
      'proxy-security-group': groups.proxy.securityGroupId,
      'cache-security-group': groups.cache.securityGroupId,
    });
  }
}
