/** Inside the VPC or out of it: what uses the database or the cache has to be inside, and nothing else gains by it. */
import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { Effect, type IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Config } from './config.ts';
import type { FunctionSpec } from './functions.ts';
import type { Lookup } from './parameters.ts';

export interface Placement {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** What Lambda needs to plug the function in. */
  readonly policy: IManagedPolicy;
}

export function placementOf(stack: Stack, config: Config, at: Lookup, { uses }: FunctionSpec): Placement | null {
  if (!uses.some((use) => use === 'database' || use === 'database-owner' || use === 'cache')) return null;
  return {
    subnetIds: [at('private-subnet-a'), at('private-subnet-b')],
    securityGroupIds: [at('functions-security-group'), ...(uses.includes('outward') ? [at('outward-security-group')] : [])],
    policy: networkPolicy(stack, config),
  };
}

const networkPolicyId = 'NetworkInterfaces';

/** One for the functions of a stack. */
function networkPolicy(stack: Stack, { prefix }: Config): IManagedPolicy {
  const found = stack.node.tryFindChild(networkPolicyId);
  if (found instanceof ManagedPolicy) return found;
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const functions = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: `${prefix}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new ManagedPolicy(stack, networkPolicyId, {
    statements: [
      // Interfaces are made before they have a name, and describing has no resource-level permissions.
      new PolicyStatement({ effect: Effect.ALLOW, actions, resources: ['*'] }),
      // Lambda does this on the role's behalf; the code that runs under the role never may.
      new PolicyStatement({
        effect: Effect.DENY,
        actions,
        resources: ['*'],
        conditions: { ArnLike: { 'lambda:SourceFunctionArn': functions } },
      }),
    ],
  });
}
