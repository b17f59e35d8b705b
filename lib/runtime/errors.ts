import { type ApiErrorCode, apiErrors, errorNames } from '../contract/errors.ts';
import { modelErrorNames } from '../llm/errors.ts';

/** An answer that the caller is meant to read: `message` and `details` are sent as they are, so they name no other user's data. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly details: unknown;
  /** Seconds, for the Retry-After header of a 429 or 503. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ApiErrorCode, message: string, details?: unknown, options?: { retryAfterSeconds?: number; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = options?.retryAfterSeconds;
  }

  get status(): number {
    return apiErrors[this.code];
  }
}

/** The task or request ran out of its own time and stopped by itself. */
export class DeadlineExceeded extends Error {
  override readonly name = errorNames.deadline;
}

/** What arrived does not fit its schema: a defect of the sender, never retried. */
export class InvalidInput extends Error {
  override readonly name = errorNames.input;
}

/** Cancel was requested before or during the step. */
export class RunCancelled extends Error {
  override readonly name = errorNames.cancelled;
}

const ownNames: ReadonlySet<string> = new Set<string>([
  ...Object.values(errorNames),
  ...modelErrorNames,
  'ApiError',
  'BadAnswer',
  'BadEnvironment',
  'CacheUnavailable',
  'KeysUnavailable',
  'SealBroken',
  'Unauthenticated',
]);

/** The literal name that a state machine or a log groups by; `Error` for anything that is not an error. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

/**
 * The message, where our own code wrote it; null for every other error. A library's message may quote what it was given
 * (a header value, a URL, a row), and errors reach logs and state history: those keep their name and code only.
 */
export function safeMessage(error: unknown): string | null {
  return error instanceof Error && ownNames.has(error.name) ? error.message : null;
}
