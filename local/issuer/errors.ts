/** The local issuer is for one machine: on AWS whoever reaches it could sign in as anyone. */
export class IssuerOnAws extends Error {
  override readonly name = 'IssuerOnAws';
}

/** A file under the data folder does not hold what it should. */
export class IssuerFileUnusable extends Error {
  override readonly name = 'IssuerFileUnusable';
}

/** An answer of the Supabase Auth API that is no success; `code` is one of its published error codes. */
export class AuthProblem extends Error {
  override readonly name = 'AuthProblem';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
