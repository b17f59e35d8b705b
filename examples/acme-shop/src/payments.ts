import { createHmac, timingSafeEqual } from 'node:crypto';

/** True where the payment provider signed the body: an HMAC-SHA-256 in hexadecimal. */
export function isFromProvider(body: string, signature: string, key: string): boolean {
  const expected = createHmac('sha256', key).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
