import { errorNames } from '../contract/errors.ts';

export type SourceFailure =
  | 'unreachable'
  | 'refused'
  /** It says that it cannot serve now: HTTP 5xx, 408 or 429. */
  | 'server-error'
  | 'timed-out'
  | 'lost'
  | 'protocol'
  | 'too-large'
  /** As many connections are open as one person may have. */
  | 'cap'
  /** Nobody knows how many are open, because Redis is gone. */
  | 'cap-unknown'
  /** Not asked: it failed so often that it is left alone for a while. */
  | 'breaker'
  /** The owner disconnected it, or its lease went to others. */
  | 'disconnected';

/** A source that could not be used: down, refusing, hanging, lost mid-call or speaking nonsense. Becomes a gap, never a finding. */
export class SourceUnavailable extends Error {
  override readonly name = errorNames.source;
  readonly failure: SourceFailure;
  constructor(failure: SourceFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}

/** A call that neither the user, the profile nor an approval permits: it was not made. */
export class ToolNotAllowed extends Error {
  override readonly name = 'ToolNotAllowed';
}

/** The stream that was to carry an answer ended without it. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost';
}
