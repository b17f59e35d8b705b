/** Why a model gave no usable answer: what a step's fallback is told. Messages never quote a prompt or an answer. */

export interface Used {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly finishReason: string;
}

export abstract class ModelError extends Error {
  /** What an answer cost that could not be used; null where there was none. */
  used: Used | null = null;

  static after<E extends ModelError>(error: E, used: Used): E {
    error.used = used;
    return error;
  }
}

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
/** It answered something other than what was asked for, also when told what was wrong. */
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
/** The endpoint cannot be reached, refuses the key or the request, or there is none. `isPassing`: another try may find it well. */
export class ModelUnavailable extends ModelError {
  override readonly name = 'ModelUnavailable';
  readonly isPassing: boolean;
  constructor(message: string, isPassing: boolean, options?: ErrorOptions) {
    super(message, options);
    this.isPassing = isPassing;
  }
}
/** It does not know the form in which the answer was asked for; the next form is tried. */
export class ModelFormatRefused extends ModelError {
  override readonly name = 'ModelFormatRefused';
}
/** The run, or the person who started it, has used up what they may. */
export class BudgetExceeded extends ModelError {
  override readonly name = 'BudgetExceeded';
}

/** Nobody knows what was spent, because Redis is gone: then nothing more is. */
export class BudgetUnavailable extends ModelError {
  override readonly name = 'BudgetUnavailable';
}

/** Every name above, for whoever must tell our own messages from others'. */
export const modelErrorNames = [
  'ModelRefused',
  'ModelTruncated',
  'ModelFiltered',
  'ModelWrongShape',
  'ModelRateLimited',
  'ModelTimedOut',
  'ModelUnavailable',
  'ModelFormatRefused',
  'BudgetExceeded',
  'BudgetUnavailable',
] as const;
