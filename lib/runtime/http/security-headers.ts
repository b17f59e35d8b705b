import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';

/** JSON is never a page: nothing may load, frame, sniff or cache it. */
const always = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
} as const;

export function securityHeaders(): HttpMiddleware {
  const add = (response: APIGatewayProxyStructuredResultV2 | null | undefined, requestId: string) => {
    if (response) response.headers = { ...response.headers, ...always, 'x-request-id': requestId };
  };
  return {
    after: ({ event, response }) => add(response, exchangeOf(event).requestId),
    onError: ({ event, response }) => add(response, exchangeOf(event).requestId),
  };
}
