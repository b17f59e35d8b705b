/** Base of everything the client throws. */
export class ClientError extends Error {
  override name = 'ClientError';
}

/** The API answered with an error; dispatch on `code`. */
export class ApiRequestFailed extends ClientError {
  override name = 'ApiRequestFailed';
  readonly status: number;
  /** One of the contract's codes, or `UNKNOWN` when the answer came from something else, a proxy for instance. */
  readonly code: string;
  readonly requestId: string | null;
  /** From the Retry-After header. */
  readonly retryAfterSeconds: number | null;

  constructor(answer: {
    status: number;
    code: string;
    message: string;
    requestId: string | null;
    retryAfterSeconds: number | null;
  }) {
    super(answer.message);
    this.status = answer.status;
    this.code = answer.code;
    this.requestId = answer.requestId;
    this.retryAfterSeconds = answer.retryAfterSeconds;
  }
}

/** The API could not be reached at all. */
export class ApiUnreachable extends ClientError {
  override name = 'ApiUnreachable';
}

/** The API answered something that is not in the contract. */
export class UnexpectedAnswer extends ClientError {
  override name = 'UnexpectedAnswer';
}
