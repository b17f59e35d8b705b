export type Refusal =
  | 'scheme'
  | 'credentials-in-url'
  | 'address'
  | 'own-host'
  | 'redirect'
  | 'header'
  | 'malformed'
  | 'too-large'
  | 'too-slow'
  | 'too-complex';

/** A request that the guard refused, or an answer over one of its caps. Callers turn it into a gap; the message names no credential. */
export class NetworkRefused extends Error {
  override readonly name = 'NetworkRefused';
  readonly reason: Refusal;
  constructor(reason: Refusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
