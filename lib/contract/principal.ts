/** Who acts. Always required, never a bare string with a default (evidence.md, isolation). */
export interface Principal {
  /** UUID: the `sub` of a verified token. */
  readonly userId: string;
  readonly email: string | null;
  /** Epoch seconds: no action and no push after it. */
  readonly expiresAt: number;
}
