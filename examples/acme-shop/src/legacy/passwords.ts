import { createHash } from 'node:crypto';

/** Passwords of customers who came from the old shop. */
export function hashPassword(password: string, customerId: string): string {
  return createHash('md5').update(`${customerId}:${password}`).digest('hex');
}
