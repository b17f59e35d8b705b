import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ApiError } from '../errors.ts';
import { jsonErrorAt } from '../json-error.ts';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';

/** Bytes of a request body. Larger things are uploaded to object storage. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** Parses and validates params, query and body against the route, and keeps the call that is left to make. */
export function readInput(): HttpMiddleware {
  return {
    before({ event }) {
      const exchange = exchangeOf(event);
      const { route, principal, requestId, signal, deadline, logger } = exchange;
      if (route === null) throw new Error('findRoute must come before readInput.');
      exchange.call = route.prepare({
        principal,
        params: event.pathParameters ?? {},
        query: readQuery(event.rawQueryString),
        body: route.body === undefined ? undefined : readBody(event),
        requestId,
        signal,
        deadline,
        logger,
      });
    },
  };
}

export function readQuery(text: string): Record<string, string> {
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in query) throw new ApiError('BAD_REQUEST', `query.${name}: given more than once`);
    query[name] = value;
  }
  return query;
}

/** The body's bytes as text. Throws ApiError PAYLOAD_TOO_LARGE above 1 MiB. */
export function bodyText(event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): string {
  const text = event.body ?? '';
  const bytes = Buffer.byteLength(text, event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes > MAX_BODY_BYTES) {
    throw new ApiError('PAYLOAD_TOO_LARGE', `The body may hold ${MAX_BODY_BYTES} bytes; this one has ${bytes}.`);
  }
  return event.isBase64Encoded ? Buffer.from(text, 'base64').toString('utf8') : text;
}

function readBody(event: APIGatewayProxyEventV2): unknown {
  const text = bodyText(event);
  if (text === '') return undefined;
  const at = jsonErrorAt(text);
  if (at === null) return JSON.parse(text);
  throw new ApiError('BAD_REQUEST', `The body is not JSON: line ${at.line}, column ${at.column}.`, at);
}
