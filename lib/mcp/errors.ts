import { errorNames } from '../contract/errors.ts';

export type SourceFailure = 'unreachable' | 'refused' | 'timed-out' | 'lost' | 'protocol' | 'too-large';

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
