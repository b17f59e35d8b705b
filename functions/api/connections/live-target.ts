import type { Principal } from '../../../lib/contract/principal.ts';
import { accessHeaders } from '../../../lib/mcp/oauth/access.ts';
import { profileById } from '../../../lib/mcp/profiles/index.ts';
import type { Target } from '../../../lib/mcp/session.ts';
import { ApiError } from '../../../lib/runtime/http.ts';
import { connections, logger, store } from '../../../lib/runtime/resources.ts';
import { listConnections } from '../../../lib/store/connections.ts';
import { connectionsOfRun, type RunConnection } from '../../../lib/store/plan.ts';
import { accessDeps } from '../../../lib/workflow/deps.ts';
import { grantsThrough } from '../../../lib/workflow/oauth-grants.ts';

/** A person's own connection with its credentials opened. @throws ApiError NOT_FOUND */
export async function targetFor(principal: Principal, id: string, signal: AbortSignal): Promise<Target & { version: number }> {
  const [held] = await (await store()).forUser(principal, (tx) => connectionsOfRun(tx, [id]), { signal });
  if (held === undefined || held.userId !== principal.userId) throw new ApiError('NOT_FOUND', 'There is no such connection.');
  return opened(principal, held, signal);
}

/**
 * For ending what is open: null where the credentials cannot be opened, which must keep nobody from ending or deleting a
 * connection. @throws ApiError NOT_FOUND
 */
export async function targetToEnd(principal: Principal, id: string, signal: AbortSignal): Promise<Target | null> {
  try {
    return await targetFor(principal, id, signal);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    logger().warn('credentials did not open', { error });
    return null;
  }
}

/** All of a person's, but for those whose credentials cannot be opened. */
export async function targetsOf(principal: Principal, signal: AbortSignal): Promise<Target[]> {
  const held: RunConnection[] = [];
  let cursor: string | undefined;
  do {
    const page = { limit: 200, cursor };
    const found = await (await store()).forUser(
      principal,
      async (tx) => {
        const { items, nextCursor } = await listConnections(tx, principal.userId, page);
        return {
          rows: await connectionsOfRun(
            tx,
            items.map(({ id }) => id),
          ),
          nextCursor,
        };
      },
      { signal },
    );
    held.push(...found.rows);
    cursor = found.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const targets = await Promise.allSettled(held.map((one) => opened(principal, one, signal)));
  return targets.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

async function opened(principal: Principal, held: RunConnection, signal: AbortSignal): Promise<Target & { version: number }> {
  const { id: connectionId, name, url, version, profile } = held;
  const database = await store();
  const grants = grantsThrough((work) => database.forUser(principal, work));
  const access = await accessHeaders({ ...(await accessDeps()), grants }, held, signal);
  return { connectionId, name, url, version, ...access, repeatable: profileById(profile).readOnlyTools };
}

/** After the fact: that a server could not be told changes nothing of what was done. */
export async function endQuietly(principal: Principal, target: Target | null, signal: AbortSignal): Promise<void> {
  if (target === null) return;
  const ended = (await connections()).disconnect(principal, target, signal);
  await ended.catch((error: unknown) => logger().warn('a session was not ended', { error }));
}
