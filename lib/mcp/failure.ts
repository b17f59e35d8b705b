/** What went wrong between us and a server: the errors of SDK, network and guard, told apart by what follows from them. */
import {
  InsufficientScopeError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnsupportedProtocolVersionError,
} from '@modelcontextprotocol/client';
import { NetworkRefused, type Refusal } from '../net/errors.ts';
import { AnswerLost, type SourceFailure, SourceUnavailable } from './errors.ts';

/** As a gap says it; an error that was told apart before stays as it is. */
export function asSourceUnavailable(error: unknown, source: string, doing: string): SourceUnavailable {
  const cause = rootOf(error);
  if (cause instanceof SourceUnavailable) return cause;
  const made = (failure: SourceUnavailable['failure'], message: string) =>
    new SourceUnavailable(failure, message, { cause: error });
  if (isTimeout(error)) return made('timed-out', `${source} did not answer ${doing} in time`);
  if (cause instanceof NetworkRefused) return made(failureOf(cause.reason), cause.message);
  if (error instanceof SdkHttpError && isServerError(error.status)) {
    return made('server-error', `${source} could not serve ${doing} (HTTP ${error.status})`);
  }
  if (error instanceof SdkHttpError) return made('refused', `${source} refused ${doing} (HTTP ${error.status ?? 'error'})`);
  if (error instanceof InsufficientScopeError) return made('refused', `${source} refused ${doing} (HTTP 403)`);
  if (cause instanceof AnswerLost) return made('lost', `${source} broke off at ${doing}`);
  const code = codeOf(cause);
  if (code !== undefined && neverLeftCodes.has(code)) {
    return made('unreachable', `${source} could not be reached at ${doing} (${code})`);
  }
  if (code !== undefined && brokenCodes.has(code)) return made('lost', `${source} broke off at ${doing} (${code})`);
  return made('protocol', `${source} did not answer ${doing} as MCP asks`);
}

function failureOf(reason: Refusal): SourceFailure {
  if (reason === 'too-large' || reason === 'too-complex') return 'too-large';
  if (reason === 'malformed') return 'protocol';
  return reason === 'too-slow' ? 'timed-out' : 'refused';
}

/** The fault is not in the request, so that others will meet it as well. */
const isServerError = (status: number | undefined): boolean =>
  status !== undefined && (status >= 500 || status === 408 || status === 429);

/**
 * The server knows nothing of our session (404, some say 400), or no longer speaks the protocol that we remember. Whoever
 * asked without either was simply refused.
 */
export const isForgotten = (error: unknown): boolean =>
  error instanceof UnsupportedProtocolVersionError ||
  (error instanceof SdkError && error.code === SdkErrorCode.EraNegotiationFailed) ||
  (error instanceof SdkHttpError && (error.status === 404 || error.status === 400));

const isTimeout = (error: unknown): boolean =>
  (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) ||
  (error instanceof DOMException && error.name === 'TimeoutError');

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Of a connection that did not come about, or broke. */
export const isNetworkError = (error: unknown): boolean => {
  const code = codeOf(error);
  return code !== undefined && (neverLeftCodes.has(code) || brokenCodes.has(code));
};

/** No connection came about, so nothing was asked. */
const neverLeftCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const brokenCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_SOCKET',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/** The error at the bottom. The SDK keeps the cause of a failed probe in `data`, Node several tries of one connect in `errors`. */
function rootOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SourceUnavailable) return error;
  const inData = error instanceof SdkError && typeof error.data === 'object' && error.data !== null && 'cause' in error.data;
  const below = error.cause ?? (inData ? Reflect.get(Object(error.data), 'cause') : undefined);
  const tried = below ?? (error instanceof AggregateError ? error.errors[0] : undefined);
  return tried === undefined ? error : rootOf(tried);
}
