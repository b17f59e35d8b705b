import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { BACKSTOP_MS } from '../deadline.ts';
import { DeadlineExceeded } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { authenticate, type Verify } from './authenticate.ts';
import { checkResponse } from './check-response.ts';
import { errorAnswer } from './error-answer.ts';
import { exchange, exchangeOf } from './exchange.ts';
import { findRoute } from './find-route.ts';
import { type IdempotencyStore, idempotency } from './idempotency.ts';
import { rateLimit, type TakeRequest } from './rate-limit.ts';
import { readInput } from './read-input.ts';
import type { Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpDependencies {
  readonly logger: () => Logger;
  readonly verify: Verify;
  readonly takeRequest: TakeRequest;
  readonly idempotency: IdempotencyStore;
}

/** A Lambda handler as callers see it: a promise, no callback. */
export type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** The whole stack. Order matters: `before` runs downwards, `after` and `onError` upwards. */
export function httpStack(routes: readonly Route[], dependencies: HttpDependencies): HttpHandler {
  return bare(routes, dependencies.logger)
    .use(authenticate(dependencies.verify))
    .use(rateLimit(dependencies.takeRequest))
    .use(readInput())
    .use(idempotency(dependencies.idempotency))
    .use(checkResponse());
}

/** Without identity: for functions whose routes are all public, which then bundle no database, cache or token verification. */
export function publicHttp(routes: readonly Route[], logger: () => Logger): HttpHandler {
  const closed = routes.find((route) => route.auth !== 'none');
  if (closed !== undefined) throw new Error(`${closed.method} ${closed.path} is not public: use http().`);
  return bare(routes, logger).use(readInput()).use(checkResponse());
}

function bare(routes: readonly Route[], logger: () => Logger) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>({
    // A last resort for a handler that does not heed its signal: an answer instead of API Gateway's.
    timeoutEarlyInMillis: BACKSTOP_MS,
    timeoutEarlyResponse: () => {
      throw new DeadlineExceeded('The request did not stop in time.');
    },
  })
    .handler(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
      const current = exchangeOf(event);
      if (current.call === null) throw new Error('readInput must come before the handler.');
      current.answer ??= await current.call();
      return {};
    })
    .use(exchange(logger))
    .use(securityHeaders())
    .use(errorAnswer())
    .use(findRoute(routes));
}
