import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Credentials, verifySignature } from '../objects/signature.ts';
import { joinHeaders } from './http-event.ts';
import { BodyTooLarge, readBody, sendJson } from './loopback-server.ts';
import type { Sockets } from './sockets.ts';

const prefix = '/@connections/';
/** Of a request; a frame's own limit is the socket's. */
const MAX_BODY_BYTES = 1024 * 1024;

export const isConnectionsRequest = (target: string): boolean => target.startsWith(prefix);

/** `@connections` of the management API: what the unmodified ApiGatewayManagementApiClient talks to. */
export async function answerConnections(
  request: IncomingMessage,
  response: ServerResponse,
  { sockets, credentials }: { readonly sockets: Sockets; readonly credentials: Credentials },
): Promise<void> {
  const body = await readBody(request, MAX_BODY_BYTES).catch(tooLarge);
  if (body === null) return fail(response, 413, 'PayloadTooLargeException');
  const { method = 'GET', url: target = '/', rawHeaders } = request;
  // Whatever else runs on this machine can send here, a page in a browser too; only the functions can sign.
  const { headers } = joinHeaders(rawHeaders);
  const verdict = await verifySignature({ method, target, headers, body }, credentials, new Date());
  const connectionId = verdict === 'ok' ? decoded(target.slice(prefix.length).split('?')[0] ?? '') : null;
  if (connectionId === null) return fail(response, 403, 'ForbiddenException');
  switch (method) {
    case 'POST':
      return await post(response, sockets, connectionId, body);
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

async function post(response: ServerResponse, sockets: Sockets, connectionId: string, frame: Buffer): Promise<void> {
  const outcome = await sockets.send(connectionId, frame);
  if (outcome === 'gone') return fail(response, 410, 'GoneException');
  if (outcome === 'too-large') return fail(response, 413, 'PayloadTooLargeException');
  response.writeHead(200).end();
}

function tooLarge(error: unknown): null {
  if (error instanceof BodyTooLarge) return null;
  throw error;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}

function fail(response: ServerResponse, status: number, type: string): void {
  sendJson(response, status, { message: type }, { 'x-amzn-errortype': type });
}
