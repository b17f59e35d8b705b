import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Principal } from '../../contract/principal.ts';
import { deadlineSignal } from '../deadline.ts';
import { ApiError, errorName, safeMessage } from '../errors.ts';
import type { LogFields, Logger } from '../logger.ts';
import type { Route, RouteAnswer } from './route.ts';

export type HttpMiddleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** One request on its way through the stack; each middleware fills in its part. */
export interface Exchange {
  readonly requestId: string;
  readonly logger: Logger;
  readonly startedAt: number;
  readonly signal: AbortSignal;
  readonly deadline: number;
  route: Route | null;
  principal: Principal | null;
  /** The validated call, not yet made. */
  call: (() => Promise<RouteAnswer<unknown>>) | null;
  /** Set before the handler when the answer of an earlier, identical request is repeated. */
  answer: RouteAnswer<unknown> | null;
  /** Set by the idempotency middleware; tells what to do with the claimed key once the request has ended. */
  claim: { settle(answer: RouteAnswer<unknown>): Promise<void>; release(): Promise<void> } | null;
}

/** middy hands its handler the event and nothing else, so the exchange is found by the event. */
const exchanges = new WeakMap<object, Exchange>();

export function exchangeOf(event: APIGatewayProxyEventV2): Exchange {
  const found = exchanges.get(event);
  if (found === undefined) throw new Error('The exchange middleware must come first.');
  return found;
}

/** API Gateway gives up at 29 s; the answer has to be written before that. */
const REQUEST_LIMIT_MS = 25_000;

/** Request id, deadline and logger on the way in; one log line per request on the way out. */
export function exchange(logger: () => Logger): HttpMiddleware {
  return {
    before(request) {
      const { event, context } = request;
      const requestId = event.requestContext.requestId;
      const { signal, deadline } = deadlineSignal(context, REQUEST_LIMIT_MS);
      exchanges.set(event, {
        requestId,
        logger: logger().child({ requestId, method: event.requestContext.http.method, route: event.routeKey }),
        startedAt: performance.now(),
        signal,
        deadline,
        route: null,
        principal: null,
        call: null,
        answer: null,
        claim: null,
      });
    },
    after: (request) => summary(request.event, request.response?.statusCode, undefined),
    onError: (request) => summary(request.event, request.response?.statusCode, request.error),
  };
}

function summary(event: APIGatewayProxyEventV2, status: number | undefined, error: unknown): void {
  const { logger, startedAt, principal } = exchangeOf(event);
  const durationMs = Math.round(performance.now() - startedAt);
  const fields = { status, durationMs, userId: principal?.userId };
  if (status !== undefined && status >= 500) logger.error('request failed', { ...fields, error });
  else logger.info('request', { ...fields, ...whyRefused(error) });
}

/** For the operator: the code, and for a token which rule refused it (never what it held). */
function whyRefused(error: unknown): LogFields {
  if (error === undefined) return {};
  if (error instanceof ApiError) return { code: error.code };
  return { code: errorName(error), reason: safeMessage(error) };
}
