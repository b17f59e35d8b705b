/** The faces of the backend: HTTP API and WebSocket API with their functions. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { HttpApi } from '../constructs/http-api.ts';
import { WebSocketApi } from '../constructs/websocket-api.ts';
import { makeFunctions } from '../function-factory.ts';
import { apiFunctions, webSocketFunctions } from '../functions.ts';
import { machineArn } from '../grants.ts';
import { httpRoutes, webSocketRoutes } from '../routes.ts';

export interface ApiStackProps {
  readonly config: Config;
  readonly bucket: Bucket;
}

export class ApiStack extends Stack {
  readonly webSocket: WebSocketApi;

  constructor(scope: Construct, id: string, { config, bucket }: ApiStackProps) {
    super(scope, id);
    this.webSocket = new WebSocketApi(this, 'WebSocket', { name: `${config.prefix}-events` });
    const surroundings = { config, bucket, webSocket: this.webSocket, runStateMachineArn: machineArn(this, config, 'run') };
    this.webSocket.route(webSocketRoutes, makeFunctions(this, surroundings, webSocketFunctions));
    const http = new HttpApi(this, 'Http', {
      name: `${config.prefix}-api`,
      routes: httpRoutes,
      functions: makeFunctions(this, surroundings, apiFunctions),
      allowedOrigins: config.allowedOrigins.split(','),
    });
    new CfnOutput(this, 'ApiUrl', { value: http.api.apiEndpoint });
    new CfnOutput(this, 'WebSocketUrl', { value: this.webSocket.stage.url });
  }
}
