/**
 * Who is connected and who watches which run. Authorisation happens once, when the socket opens; what was learnt then (the
 * principal and when its token expires) is kept here for every later message and push.
 */
import * as z from 'zod';
import type { Cache } from '../cache/cache.ts';
import { keys } from '../cache/keys.ts';
import type { Principal } from '../contract/principal.ts';

/** API Gateway ends every connection after 2 h. */
const CONNECTION_SECONDS = 2 * 3600 + 300;
const WATCH_SECONDS = 12 * 3600;

const storedPrincipal = z.object({ userId: z.uuid(), email: z.string().nullable(), expiresAt: z.number() });
const write = ({ userId, email, expiresAt }: Principal): string => JSON.stringify({ userId, email, expiresAt });
export const readPrincipal = (text: string): Principal => storedPrincipal.parse(JSON.parse(text));

/** Call it when the socket has opened. Throws CacheUnavailable: a socket that can't be found again must not open. */
export async function registerConnection(
  cache: Cache,
  connection: { connectionId: string; principal: Principal },
): Promise<void> {
  const { connectionId, principal } = connection;
  await cache.rank(keys.connectionExpiry(), connectionId, principal.expiresAt);
  await cache.set(keys.connectionOwner(connectionId), write(principal), { seconds: CONNECTION_SECONDS });
}

/** Whose connection it is; null for an unknown one. The caller still compares `expiresAt` with its clock. */
export async function connectionOwner(cache: Cache, connectionId: string): Promise<Principal | null> {
  const found = await cache.get(keys.connectionOwner(connectionId));
  return found === null ? null : readPrincipal(found);
}

/** Forgets a closed or vanished connection and all it watched. Safe to repeat. */
export async function dropConnection(cache: Cache, connectionId: string): Promise<void> {
  const runs = await cache.fields(keys.connectionRuns(connectionId));
  for (const runId of runs.keys()) await cache.removeField(keys.run(runId, 'watchers'), connectionId);
  await cache.remove(keys.connectionRuns(connectionId));
  await cache.remove(keys.connectionOwner(connectionId));
  await cache.unrank(keys.connectionExpiry(), connectionId);
}

/** Connections whose token has expired, for the sweep to close: at most `atMost`, longest expired first. */
export async function expiredConnections(cache: Cache, now: Date, atMost = 500): Promise<readonly string[]> {
  return cache.rankedUpTo(keys.connectionExpiry(), now.getTime() / 1000, atMost);
}

/** The caller has checked that the principal may see the run; every push checks again. */
export async function subscribe(
  cache: Cache,
  wanted: { readonly runId: string; readonly connectionId: string; readonly principal: Principal },
): Promise<void> {
  const { runId, connectionId, principal } = wanted;
  await cache.setField(keys.connectionRuns(connectionId), runId, '1', { seconds: CONNECTION_SECONDS });
  await cache.setField(keys.run(runId, 'watchers'), connectionId, write(principal), { seconds: WATCH_SECONDS });
}

export async function unsubscribe(
  cache: Cache,
  wanted: { readonly runId: string; readonly connectionId: string },
): Promise<void> {
  await cache.removeField(keys.run(wanted.runId, 'watchers'), wanted.connectionId);
  await cache.removeField(keys.connectionRuns(wanted.connectionId), wanted.runId);
}
