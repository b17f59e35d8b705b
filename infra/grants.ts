/** What each capability may do in AWS: resources by name, actions one by one. */
import { Arn, ArnFormat, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Config } from './config.ts';
import type { WebSocketApi } from './constructs/websocket-api.ts';
import { parameters } from './environment.ts';
import type { Use } from './functions.ts';

export const machineName = (config: Config, machine: 'run' | 'analysis' | 'report'): string => `${config.prefix}-${machine}`;

/** By name, not by reference: the API starts the machine, the machine's tasks push through the API's socket, and stacks cannot form a ring. */
export const machineArn = (stack: Stack, config: Config, machine: 'run' | 'analysis' | 'report'): string =>
  Arn.format(
    {
      service: 'states',
      resource: 'stateMachine',
      resourceName: machineName(config, machine),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    stack,
  );

const executionArn = (stack: Stack, config: Config, machine: 'run' | 'analysis' | 'report'): string =>
  Arn.format(
    {
      service: 'states',
      resource: 'execution',
      resourceName: `${machineName(config, machine)}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    stack,
  );

const keyArn = (stack: Stack, config: Config, name: string): string =>
  StringParameter.valueForStringParameter(stack, `/assay/${config.stage}/${name}`);

const allow = (actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources });

export interface Grantable {
  readonly stack: Stack;
  readonly config: Config;
  readonly bucket: Bucket;
  readonly webSocket: WebSocketApi;
}

export function statementsFor({ stack, config, bucket, webSocket }: Grantable, use: Use): PolicyStatement[] {
  switch (use) {
    case 'start-run':
      return [allow(['states:StartExecution'], [machineArn(stack, config, 'run')])];
    case 'stop-run':
      return [
        allow(
          ['states:StopExecution', 'states:DescribeExecution'],
          (['run', 'analysis', 'report'] as const).map((machine) => executionArn(stack, config, machine)),
        ),
      ];
    case 'answer-task':
      // Only the analysis waits for a token.
      return [allow(['states:SendTaskSuccess'], [machineArn(stack, config, 'analysis')])];
    case 'keys':
      return [
        allow(['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'], [keyArn(stack, config, parameters.sealingKey)]),
        allow(['kms:Sign', 'kms:GetPublicKey'], [keyArn(stack, config, parameters.signingKey)]),
      ];
    case 'objects':
      return [
        allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], [bucket.arnForObjects('*')]),
        // Without it a missing object reads as forbidden instead of missing.
        allow(['s3:ListBucket'], [bucket.bucketArn]),
      ];
    case 'push':
      return [webSocket.pushStatement()];
    case 'database':
    case 'cache':
    case 'sign-in':
    case 'origins':
    case 'outward':
    case 'public-url':
    case 'model':
      return [];
  }
}
