/** API Gateway on one machine: HTTP API, WebSocket API and its management endpoint, in front of the real handlers. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from '../objects/signature.ts';
import { answerConnections, isConnectionsRequest } from './connections-endpoint.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { type HttpRequest, httpEvent, type MatchedRoute, splitTarget } from './http-event.ts';
import { gatewayError, type HttpAnswer, httpAnswer } from './http-result.ts';
import type { Invoke } from './invoke.ts';
import { BodyTooLarge, readBody, serveLoopback } from './loopback-server.ts';
import { type GatewayRoute, matchRoute } from './router.ts';
import { type SocketLimits, type SocketRoutes, serveSockets, socketLimits } from './sockets.ts';

export interface Gateway {
  /** `http://127.0.0.1:<port>`: the API, and the value of WEBSOCKET_ENDPOINT. */
  readonly url: string;
  /** `ws://127.0.0.1:<port>` */
  readonly webSocketUrl: string;
  stop(): Promise<void>;
}

interface Options {
  readonly routes: readonly GatewayRoute[];
  readonly sockets: SocketRoutes;
  readonly invoke: Invoke;
  /** As lib/runtime/config.ts makes them from LOOPBACK_SECRET: requests to the management endpoint must be signed with them. */
  readonly credentials: Credentials;
  readonly allowedOrigins: readonly string[];
  readonly port?: number;
  readonly limits?: Partial<SocketLimits>;
}

/** API Gateway's own: 10 MB of request, 30 s of integration. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;
const INTEGRATION_MS = 29_000;

export async function startGateway({
  routes,
  sockets: socketRoutes,
  invoke,
  credentials,
  allowedOrigins,
  port,
  limits,
}: Options): Promise<Gateway> {
  const loopback = await serveLoopback(
    async (request, response) => {
      const target = request.url ?? '/';
      if (isConnectionsRequest(target)) return await answerConnections(request, response, { sockets, credentials });
      const { origin } = request.headers;
      if (request.method === 'OPTIONS') {
        response.writeHead(204, preflightHeaders(origin, allowedOrigins)).end();
        return;
      }
      send(response, await answerHttp(request, target, routes, invoke), corsHeaders(origin, allowedOrigins));
    },
    port === undefined ? {} : { port },
  );
  const sockets = serveSockets(loopback.server, socketRoutes, invoke, { ...socketLimits, ...limits });
  return {
    url: loopback.url,
    webSocketUrl: loopback.url.replace(/^http/, 'ws'),
    async stop() {
      await sockets.stop();
      await loopback.stop();
    },
  };
}

async function answerHttp(
  request: IncomingMessage,
  target: string,
  routes: readonly GatewayRoute[],
  invoke: Invoke,
): Promise<HttpAnswer> {
  const method = request.method ?? 'GET';
  const match = matchRoute(routes, method, splitTarget(target).path);
  if (match.kind === 'none') return problem(404, 'NOT_FOUND', 'There is no such route.');
  if (match.kind === 'method') {
    return problem(405, 'METHOD_NOT_ALLOWED', `This route takes ${match.allowed.join(', ')}.`, {
      allow: match.allowed.join(', '),
    });
  }
  try {
    const body = await readBody(request, MAX_REQUEST_BYTES);
    const sourceIp = request.socket.remoteAddress ?? '127.0.0.1';
    return await integrate(
      { method, target, rawHeaders: request.rawHeaders, body, sourceIp },
      match.route,
      match.functionPath,
      invoke,
    );
  } catch (error) {
    if (error instanceof BodyTooLarge) return gatewayError(413, 'Request Entity Too Large');
    throw error;
  }
}

async function integrate(request: HttpRequest, route: MatchedRoute, functionPath: string, invoke: Invoke): Promise<HttpAnswer> {
  const event = httpEvent(request, route, { requestId: randomUUID(), now: new Date() });
  try {
    return httpAnswer(await invoke(functionPath, event, { timeoutMs: INTEGRATION_MS }));
  } catch {
    // A function that fails or times out: API Gateway says no more than this.
    return gatewayError(500, 'Internal Server Error');
  }
}

/** AWS answers an unknown route before any function sees it; here it gets the shape that every other error has. */
function problem(status: number, code: string, message: string, headers: Record<string, string> = {}): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ error: { code, message, requestId: randomUUID() } }));
  return { status, headers: { 'content-type': 'application/json', ...headers }, cookies: [], body };
}

function send(response: ServerResponse, { status, headers, cookies, body }: HttpAnswer, cors: Record<string, string>): void {
  response.writeHead(status, { ...headers, ...cors, ...(cookies.length === 0 ? {} : { 'set-cookie': [...cookies] }) });
  response.end(body);
}
