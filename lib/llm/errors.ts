/** Why a model gave no usable answer: what a step's fallback is told. Messages never quote a prompt or an answer. */
export abstract class ModelError extends Error {}

/** It declined to answer. */
export class ModelRefused extends ModelError {
  override readonly name = 'ModelRefused';
}
/** Its answer was cut off at its length limit. */
export class ModelTruncated extends ModelError {
  override readonly name = 'ModelTruncated';
}
/** A content filter withheld its answer. */
export class ModelFiltered extends ModelError {
  override readonly name = 'ModelFiltered';
}
/** It answered something other than what was asked for. */
export class ModelWrongShape extends ModelError {
  override readonly name = 'ModelWrongShape';
}
/** Too many requests; `retryAfterSeconds` where the endpoint said so. */
export class ModelRateLimited extends ModelError {
  override readonly name = 'ModelRateLimited';
  readonly retryAfterSeconds: number | null;
  constructor(message: string, retryAfterSeconds: number | null, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
/** It did not answer within the time it was given. */
export class ModelTimedOut extends ModelError {
  override readonly name = 'ModelTimedOut';
}
/** The endpoint cannot be reached, or refuses the key or the request. */
export class ModelUnavailable extends ModelError {
  override readonly name = 'ModelUnavailable';
}
