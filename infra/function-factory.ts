/** Makes the functions of one group with what each uses: environment, permissions, nothing more. */
import { Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import { NodeFunction } from './constructs/node-function.ts';
import type { WebSocketApi } from './constructs/websocket-api.ts';
import { environmentOf } from './environment.ts';
import type { FunctionSpec } from './functions.ts';
import { statementsFor } from './grants.ts';

/** What the functions of a stack may find themselves beside. */
export interface Surroundings {
  readonly config: Config;
  readonly bucket: Bucket;
  readonly webSocket: WebSocketApi;
  readonly runStateMachineArn: string;
}

export function makeFunctions<Path extends string>(
  scope: Construct,
  { config, bucket, webSocket, runStateMachineArn }: Surroundings,
  specs: Readonly<Record<Path, FunctionSpec>>,
): Readonly<Record<Path, NodeFunction>> {
  const stack = Stack.of(scope);
  const { endpoint: webSocketEndpoint, host: webSocketHost } = webSocket;
  const endpoints = { bucketName: bucket.bucketName, webSocketEndpoint, webSocketHost, runStateMachineArn };
  const made = Object.entries<FunctionSpec>(specs).map(([path, spec]) => {
    const environment = environmentOf(scope, config, endpoints, spec.uses);
    const fn = new NodeFunction(scope, { ...spec, path, environment, prefix: config.prefix });
    for (const use of spec.uses) {
      for (const statement of statementsFor({ stack, config, bucket, webSocket }, use)) fn.addToRolePolicy(statement);
    }
    return [path, fn] as const;
  });
  return Object.fromEntries(made) as Record<Path, NodeFunction>;
}
