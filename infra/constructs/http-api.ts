/** The HTTP API: one route per row of the table, one integration per function. */
import { Aws, Duration, Stack } from 'aws-cdk-lib';
import {
  HttpApi as Api,
  ApiMapping,
  CorsHttpMethod,
  DomainName,
  HttpMethod,
  HttpStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import type { ApiFunction } from '../functions.ts';
import type { HttpRoute } from '../routes.ts';
import { accessLog } from './access-log.ts';
import { minute, rollbackAlarm } from './releases.ts';

/** Made before its functions, because one of them needs its address; `route` then connects them. */
export class HttpApi extends Construct {
  readonly #api: Api;
  /** The origin that browsers know. */
  readonly url: string;
  /** What the domain's DNS record has to point at; null without a domain of its own. */
  readonly domainTarget: string | null;

  constructor(scope: Construct, id: string, { prefix, allowedOrigins, apiDomain }: Config) {
    super(scope, id);
    this.#api = new Api(this, 'Api', {
      apiName: `${prefix}-api`,
      createDefaultStage: false,
      // One address: what is refused under the one must not be had under the other.
      disableExecuteApiEndpoint: apiDomain !== undefined,
      corsPreflight: {
        allowOrigins: [...allowedOrigins],
        allowHeaders: ['authorization', 'content-type', 'idempotency-key'],
        allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.PATCH, CorsHttpMethod.DELETE],
        exposeHeaders: ['retry-after', 'location'],
        maxAge: Duration.hours(1),
      },
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: accessLog(this, 'AccessLog'),
      // A ceiling for the whole API; each user's own limit is enforced by the functions.
      throttle: { rateLimit: 500, burstLimit: 1000 },
    });
    if (apiDomain === undefined) {
      this.url = this.#api.apiEndpoint;
      this.domainTarget = null;
      return;
    }
    const domainName = new DomainName(this, 'Domain', {
      domainName: apiDomain.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', apiDomain.certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api: this.#api, domainName, stage });
    this.url = `https://${apiDomain.name}`;
    this.domainTarget = domainName.regionalDomainName;
  }

  /** As its metrics name it. */
  get id(): string {
    return this.#api.apiId;
  }

  /** What API Gateway calls it, also where that is switched off: nobody's connection may lead there. */
  get host(): string {
    return `${this.#api.apiId}.execute-api.${Stack.of(this).region}.${Aws.URL_SUFFIX}`;
  }

  route(routes: readonly HttpRoute[], functions: Readonly<Record<ApiFunction, IFunction>>): void {
    const integrations = new Map<ApiFunction, HttpLambdaIntegration>();
    for (const route of routes) {
      const integration =
        integrations.get(route.function) ?? new HttpLambdaIntegration(route.function, functions[route.function]);
      integrations.set(route.function, integration);
      this.#api.addRoutes({ path: route.path, methods: [HttpMethod[route.method]], integration });
    }
  }

  /** Functions answer 500 themselves, so that their own error count does not show it. */
  serverErrors(): Alarm {
    return rollbackAlarm(this, 'ServerErrors', this.#api.metricServerError({ period: minute, statistic: 'Sum' }), 5);
  }
}
