/** A request that the guard refused, or an answer over its cap. Callers turn it into a gap; the message names no credential. */
export class NetworkRefused extends Error {
  override readonly name = 'NetworkRefused';
  readonly reason: 'scheme' | 'credentials-in-url' | 'address' | 'redirect' | 'too-large';
  constructor(reason: NetworkRefused['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
