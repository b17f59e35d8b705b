/**
 * Tickets: what a browser shows when it opens the WebSocket, where no Authorization header can be set and a token in the URL
 * would end up in access logs. 256 random bits, good once, for 60 s; Redis holds only the hash.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Principal } from '../contract/principal.ts';
import type { Cache } from './cache.ts';
import { keys } from './keys.ts';

export const TICKET_SECONDS = 60;

const stored = z.object({ userId: z.uuid(), email: z.string().nullable(), expiresAt: z.number() });
const hashOf = (ticket: string): string => createHash('sha256').update(ticket, 'utf8').digest('base64url');

/** Throws CacheUnavailable: without Redis there are no tickets, hence no sockets; clients then poll. */
export async function issueTicket(cache: Cache, principal: Principal): Promise<{ ticket: string; expiresInSeconds: number }> {
  const ticket = randomBytes(32).toString('base64url');
  const { userId, email, expiresAt } = principal;
  await cache.set(keys.ticket(hashOf(ticket)), JSON.stringify({ userId, email, expiresAt }), { seconds: TICKET_SECONDS });
  return { ticket, expiresInSeconds: TICKET_SECONDS };
}

/** Null for a ticket that was never issued, was used, or is over 60 s old. Throws CacheUnavailable. */
export async function redeemTicket(cache: Cache, ticket: string): Promise<Principal | null> {
  const found = await cache.take(keys.ticket(hashOf(ticket)));
  return found === null ? null : stored.parse(JSON.parse(found));
}
