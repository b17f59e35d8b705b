/** The WebSocket API: connect with a ticket, then every action goes through one route. */
import { Aws, Stack } from 'aws-cdk-lib';
import { WebSocketApi as Api, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { WebSocketFunction } from '../functions.ts';
import type { webSocketRoutes } from '../routes.ts';
import { accessLog } from './access-log.ts';
import type { NodeFunction } from './node-function.ts';

/** Made before its functions, because they need its endpoint; `route` then connects them. */
export class WebSocketApi extends Construct {
  readonly api: Api;
  readonly stage: WebSocketStage;

  constructor(scope: Construct, id: string, props: { readonly name: string }) {
    super(scope, id);
    this.api = new Api(this, 'Api', { apiName: props.name, routeSelectionExpression: '$request.body.action' });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: 'live',
      autoDeploy: true,
      accessLogSettings: accessLog(this, 'AccessLog'),
      throttle: { rateLimit: 500, burstLimit: 1000 },
    });
  }

  route(routes: typeof webSocketRoutes, functions: Readonly<Record<WebSocketFunction, NodeFunction>>): void {
    for (const [key, target] of Object.entries(routes)) {
      this.api.addRoute(key, { integration: new WebSocketLambdaIntegration(target, functions[target]) });
    }
  }

  /** Where a function posts to a connection, or closes it. */
  get endpoint(): string {
    return this.stage.callbackUrl;
  }

  /** The name alone: where no connection of a user may lead. */
  get host(): string {
    return `${this.api.apiId}.execute-api.${Stack.of(this).region}.${Aws.URL_SUFFIX}`;
  }

  /** What a function that pushes may do: post to and close connections of this stage. */
  pushStatement(): PolicyStatement {
    return new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['execute-api:ManageConnections'],
      resources: ['POST', 'DELETE'].map((method) =>
        this.api.arnForExecuteApiV2(`${method}/@connections/*`, this.stage.stageName),
      ),
    });
  }
}
