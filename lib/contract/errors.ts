/**
 * Names that cross a boundary: a state machine's Catch matches `error.name`, a client matches `error.code`.
 * Constants, because minification renames classes.
 */
export const errorNames = {
  /** The attempt was superseded, or the stage it belongs to has ended: its writes are refused. */
  stale: 'StaleAttempt',
  /** Cancel was requested before or during the step. */
  cancelled: 'RunCancelled',
  /** The step's own deadline passed; it stopped by itself. */
  deadline: 'DeadlineExceeded',
  /** A dependency failed in a way a retry can mend (connection reset, serialisation failure, pool timeout). */
  transient: 'TransientFailure',
  /** The source cannot be reached, answers nonsense, or refuses. */
  source: 'SourceUnavailable',
  /** Input that does not fit the schema: a defect, never retried. */
  input: 'InvalidInput',
} as const;

/** What a state machine retries by name; everything else goes straight to the fallback. */
export const retriedErrors = [errorNames.transient, 'Lambda.ServiceException'] as const;
/** Every instance that a function may have is at work: nothing failed, and the call waits for one. */
export const throttledError = 'Lambda.TooManyRequestsException';

/** API error codes with their HTTP status: `{ error: { code, message, requestId, details? } }`. */
export const apiErrors = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  TOO_MANY_RUNS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const;
export type ApiErrorCode = keyof typeof apiErrors;
