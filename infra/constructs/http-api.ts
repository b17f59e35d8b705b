/** The HTTP API: one route per row of the table, one integration per function. */
import { Duration } from 'aws-cdk-lib';
import { HttpApi as Api, CorsHttpMethod, HttpMethod, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Construct } from 'constructs';
import type { ApiFunction } from '../functions.ts';
import type { HttpRoute } from '../routes.ts';
import { accessLog } from './access-log.ts';
import type { NodeFunction } from './node-function.ts';

export interface HttpApiProps {
  readonly name: string;
  readonly routes: readonly HttpRoute[];
  readonly functions: Readonly<Record<ApiFunction, NodeFunction>>;
  readonly allowedOrigins: readonly string[];
}

export class HttpApi extends Construct {
  readonly api: Api;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.api = new Api(this, 'Api', {
      apiName: props.name,
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: [...props.allowedOrigins],
        allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
        exposeHeaders: ['retry-after', 'location'],
        maxAge: Duration.hours(1),
      },
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: accessLog(this, 'AccessLog'),
      // A ceiling for the whole API; each user's own limit is enforced by the functions.
      throttle: { rateLimit: 500, burstLimit: 1000 },
    });
    const integrations = new Map<ApiFunction, HttpLambdaIntegration>();
    for (const route of props.routes) {
      const integration =
        integrations.get(route.function) ?? new HttpLambdaIntegration(route.function, props.functions[route.function]);
      integrations.set(route.function, integration);
      this.api.addRoutes({ path: route.path, methods: [HttpMethod[route.method]], integration });
    }
  }
}
