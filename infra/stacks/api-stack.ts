/** The faces of the backend: HTTP API and WebSocket API with their functions. */
import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { HttpApi } from '../constructs/http-api.ts';
import { Releases } from '../constructs/releases.ts';
import { WebSocketApi } from '../constructs/websocket-api.ts';
import { makeFunctions } from '../function-factory.ts';
import { apiFunctions, webSocketFunctions } from '../functions.ts';
import { lookupIn, publish } from '../parameters.ts';
import { httpRoutes, webSocketRoutes } from '../routes.ts';

export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const http = new HttpApi(this, 'Http', config);
    const socket = new WebSocketApi(this, 'WebSocket', { name: `${config.prefix}-events` });
    const own = {
      'public-url': http.url,
      'http-api-host': http.host,
      'websocket-url': socket.stage.url,
      'websocket-endpoint': socket.endpoint,
      'websocket-host': socket.host,
      'websocket-stage-arn': socket.stageArn,
    };
    publish(this, config, { ...own, 'http-api-id': http.id });
    const at = lookupIn(this, config, own);
    const releases = new Releases(this, 'Releases', config);
    http.route(
      httpRoutes,
      releases.release(makeFunctions(this, { config, at }, apiFunctions), () => http.serverErrors()),
    );
    socket.route(webSocketRoutes, releases.release(makeFunctions(this, { config, at }, webSocketFunctions)));

    new CfnOutput(this, 'ApiUrl', { value: http.url, description: 'PUBLIC_URL; the console and the CLI call it' });
    new CfnOutput(this, 'WebSocketUrl', { value: socket.stage.url, description: 'Where the console opens its socket' });
    new CfnOutput(this, 'SupabaseUrl', { value: at('supabase-url'), description: 'SUPABASE_URL: where users sign in' });
    if (http.domainTarget !== null) {
      new CfnOutput(this, 'ApiDomainTarget', { value: http.domainTarget, description: "What the API domain's CNAME points at" });
    }
  }
}
