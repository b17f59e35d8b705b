/** What a caller of the store can dispatch on; everything else is a defect. */
import { errorNames } from '../contract/errors.ts';

/** The database can't be reached, is too slow, or kept refusing the transaction: nothing was written, another try may succeed. */
export class TransientFailure extends Error {
  override readonly name = errorNames.transient;
}

/** The attempt was superseded, or its stage has ended. */
export class StaleAttempt extends Error {
  override readonly name = errorNames.stale;
}

/** A row with this key exists. `constraint` is the index's name in the migrations. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
  readonly constraint: string;
  constructor(constraint: string, options?: ErrorOptions) {
    super(`there is one already (${constraint})`, options);
    this.constraint = constraint;
  }
}

/** Row-level security refused a write: the row is not this principal's to write. */
export class NotPermitted extends Error {
  override readonly name = 'NotPermitted';
}

/** A rule of the database refused a change to what may not change: the ledger, the audit trail, a run that has ended. */
export class Immutable extends Error {
  override readonly name = 'Immutable';
}
