import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import { BACKSTOP_MS, deadlineSignal } from './deadline.ts';
import { ApiError, DeadlineExceeded, errorName } from './errors.ts';
import { toApiError } from './http/error-answer.ts';
import type { Logger } from './logger.ts';
import { logger } from './resources.ts';

/** The part of API Gateway's WebSocket event that is used; `headers` and `queryStringParameters` come with $connect only. */
const socketEvent = z.object({
  requestContext: z.object({ connectionId: z.string().min(1).max(128), requestId: z.string(), routeKey: z.string() }),
  headers: z.record(z.string(), z.string()).optional(),
  queryStringParameters: z.record(z.string(), z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().optional(),
});

export interface SocketRequest {
  readonly connectionId: string;
  readonly requestId: string;
  readonly origin: string | null;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly logger: Logger;
}

export type SocketHandler = (event: unknown, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

const REQUEST_LIMIT_MS = 25_000;

/** One WebSocket route. `run` may throw ApiError: on $connect its status refuses the connection, elsewhere nobody reads it. */
export function websocket(
  name: string,
  run: (request: SocketRequest) => Promise<void>,
  options: { readonly logger?: () => Logger } = {},
): SocketHandler {
  return middy<unknown, APIGatewayProxyStructuredResultV2>({
    timeoutEarlyInMillis: BACKSTOP_MS,
    timeoutEarlyResponse: () => {
      throw new DeadlineExceeded(`${name} did not stop in time.`);
    },
  })
    .handler(async (raw: unknown, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
      const request = read(raw, context, (options.logger ?? logger)().child({ function: name }));
      const startedAt = performance.now();
      try {
        await run(request);
        request.logger.info('socket request', { status: 200, durationMs: Math.round(performance.now() - startedAt) });
        return { statusCode: 200 };
      } catch (error) {
        const { status } = toApiError(error);
        const fields = { status, code: errorName(error), durationMs: Math.round(performance.now() - startedAt) };
        if (status >= 500) request.logger.error('socket request failed', { ...fields, error });
        else request.logger.info('socket request', fields);
        return { statusCode: status };
      }
    })
    .onError((request) => {
      const { status } = toApiError(request.error);
      (options.logger ?? logger)().error('socket request failed', { function: name, status, error: request.error });
      request.response = { statusCode: status };
    });
}

function read(raw: unknown, context: Context, log: Logger): SocketRequest {
  const parsed = socketEvent.safeParse(raw);
  if (!parsed.success) throw new ApiError('BAD_REQUEST', 'This is no WebSocket event.');
  const { requestContext, headers = {}, queryStringParameters, body, isBase64Encoded } = parsed.data;
  const { connectionId, requestId } = requestContext;
  const { signal, deadline } = deadlineSignal(context, REQUEST_LIMIT_MS);
  const origin = Object.entries(headers).find(([header]) => header.toLowerCase() === 'origin')?.[1] ?? null;
  return {
    connectionId,
    requestId,
    origin,
    query: queryStringParameters ?? {},
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? ''),
    signal,
    deadline,
    logger: log.child({ requestId, socketId: connectionId, route: requestContext.routeKey }),
  };
}
