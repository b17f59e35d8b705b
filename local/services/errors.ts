/** A local service cannot be had. The message is one line that says what to do about it. */
export class ServiceUnavailable extends Error {
  override readonly name = 'ServiceUnavailable';
}
