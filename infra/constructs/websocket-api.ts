/** The WebSocket API: connect with a ticket, then every action goes through one route. */
import { Aws, Stack } from 'aws-cdk-lib';
import { WebSocketApi as Api, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { WebSocketFunction } from '../functions.ts';
import type { webSocketRoutes } from '../routes.ts';
import { accessLog } from './access-log.ts';

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

  route(routes: typeof webSocketRoutes, functions: Readonly<Record<WebSocketFunction, IFunction>>): void {
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

  /** The stage as IAM names it: below it lie `POST/@connections/<id>` and `DELETE/@connections/<id>`. */
  get stageArn(): string {
    return Stack.of(this).formatArn({
      service: 'execute-api',
      resource: this.api.apiId,
      resourceName: this.stage.stageName,
    });
  }
}
