import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLarge, readBody, sendJson } from './loopback-server.ts';
import type { Sockets } from './sockets.ts';

const prefix = '/@connections/';

export const isConnectionsRequest = (target: string): boolean => target.startsWith(prefix);

/** `@connections` of the management API: what the unmodified ApiGatewayManagementApiClient talks to. */
export async function answerConnections(request: IncomingMessage, response: ServerResponse, sockets: Sockets): Promise<void> {
  // Only a signed request: a page in a browser can post here, but cannot sign, nor set this header without a preflight.
  if (!/^AWS4-HMAC-SHA256 /.test(request.headers.authorization ?? '')) return fail(response, 403, 'ForbiddenException');
  const connectionId = decodeURIComponent((request.url ?? '').slice(prefix.length).split('?')[0] ?? '');
  switch (request.method) {
    case 'POST':
      return await post(request, response, sockets, connectionId);
    case 'GET': {
      const found = sockets.describe(connectionId);
      if (found === null) return fail(response, 410, 'GoneException');
      const { identity, lastActiveAt } = found;
      return sendJson(response, 200, {
        connectedAt: new Date(identity.connectedAt).toISOString(),
        identity: { sourceIp: identity.sourceIp, userAgent: identity.userAgent },
        lastActiveAt: new Date(lastActiveAt).toISOString(),
      });
    }
    case 'DELETE':
      if (!sockets.close(connectionId)) return fail(response, 410, 'GoneException');
      response.writeHead(204).end();
      return;
    default:
      return fail(response, 403, 'ForbiddenException');
  }
}

async function post(request: IncomingMessage, response: ServerResponse, sockets: Sockets, connectionId: string): Promise<void> {
  try {
    const outcome = await sockets.send(connectionId, await readBody(request, 1024 * 1024));
    if (outcome === 'gone') return fail(response, 410, 'GoneException');
    if (outcome === 'too-large') return fail(response, 413, 'PayloadTooLargeException');
    response.writeHead(200).end();
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    fail(response, 413, 'PayloadTooLargeException');
  }
}

function fail(response: ServerResponse, status: number, type: string): void {
  sendJson(response, status, { message: type }, { 'x-amzn-errortype': type });
}
