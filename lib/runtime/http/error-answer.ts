import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorNames } from '../../contract/errors.ts';
import { ApiError } from '../errors.ts';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';

/** Turns whatever was thrown into `{ error: { code, message, requestId, details? } }`. */
export function errorAnswer(): HttpMiddleware {
  return {
    onError(request) {
      request.response = answerTo(toApiError(request.error), exchangeOf(request.event).requestId);
    },
  };
}

/** The public face of an error: what is not ours to explain becomes INTERNAL and says nothing. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const name = error instanceof Error ? error.name : '';
  switch (name) {
    case 'Unauthenticated':
      return new ApiError('UNAUTHENTICATED', 'The token is not valid here. Sign in again.', undefined, { cause: error });
    case 'InvalidCursor':
      return new ApiError('BAD_REQUEST', 'query.cursor: not a cursor of this list', undefined, { cause: error });
    case 'KeysUnavailable':
      return unavailable('The sign-in service cannot be reached.', error);
    case errorNames.transient:
    case 'CacheUnavailable':
      return unavailable('The service is busy or starting.', error);
    case errorNames.deadline:
    case 'AbortError':
    case 'TimeoutError':
      return unavailable('The request took too long.', error);
    default:
      return new ApiError('INTERNAL', 'Something went wrong here. The request id finds it in the log.', undefined, {
        cause: error,
      });
  }
}

const unavailable = (message: string, cause: unknown): ApiError =>
  new ApiError('UNAVAILABLE', message, undefined, { retryAfterSeconds: 2, cause });

export function answerTo(error: ApiError, requestId: string): APIGatewayProxyStructuredResultV2 {
  const { code, message, details, retryAfterSeconds } = error;
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  if (code === 'UNAUTHENTICATED') headers['www-authenticate'] = 'Bearer';
  const body = { error: { code, message, requestId, ...(details === undefined ? {} : { details }) } };
  return { statusCode: error.status, headers, body: JSON.stringify(body) };
}
