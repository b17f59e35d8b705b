/** What each capability may do in AWS: resources by name, actions one by one. */
import { Arn, ArnFormat, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Config } from './config.ts';
import type { Use } from './functions.ts';
import type { Lookup } from './parameters.ts';

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

const allow = (actions: string[], resources: string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources });

/** Keys of objects are ids of projects and runs. */
const everyObject = (bucket: () => string): string => `${bucket()}/*`;

export function statementsFor(stack: Stack, config: Config, at: Lookup, use: Use): PolicyStatement[] {
  const bucket = (): string => stack.formatArn({ service: 's3', region: '', account: '', resource: at('reports-bucket') });
  switch (use) {
    case 'database':
      return [allow(['rds-db:connect'], [at('database-user-arn')])];
    case 'database-owner':
      return [allow(['rds-db:connect'], [at('owner-user-arn')])];
    case 'start-run':
      return [allow(['states:StartExecution'], [machineArn(stack, config, 'run')])];
    case 'stop-run':
      // Executions are named by run ids.
      return [
        allow(
          ['states:StopExecution', 'states:DescribeExecution'],
          (['run', 'analysis', 'report'] as const).map((machine) => executionArn(stack, config, machine)),
        ),
      ];
    case 'answer-task':
      // Only the analysis waits for a token.
      return [allow(['states:SendTaskSuccess'], [machineArn(stack, config, 'analysis')])];
    case 'seal':
      return [allow(['kms:GenerateDataKey'], [at('kms-sealing-key-arn')])];
    case 'unseal':
      return [allow(['kms:Decrypt'], [at('kms-sealing-key-arn')])];
    case 'sign':
      return [allow(['kms:Sign'], [at('kms-signing-key-arn')])];
    case 'read-objects':
      return [allow(['s3:GetObject'], [everyObject(bucket)])];
    case 'write-objects':
      // Deletes too: what was stored for a run that somebody else had concluded meanwhile.
      return [allow(['s3:PutObject', 's3:DeleteObject'], [everyObject(bucket)]), allow(['s3:ListBucket'], [bucket()])];
    case 'erase-objects':
      return [allow(['s3:DeleteObject'], [everyObject(bucket)]), allow(['s3:ListBucket'], [bucket()])];
    case 'push':
      // Connection ids are made by API Gateway.
      return [
        allow(
          ['execute-api:ManageConnections'],
          ['POST', 'DELETE'].map((method) => `${at('websocket-stage-arn')}/${method}/@connections/*`),
        ),
      ];
    case 'cache':
    case 'sign-in':
    case 'origins':
    case 'outward':
    case 'public-url':
    case 'model':
      return [];
  }
}
