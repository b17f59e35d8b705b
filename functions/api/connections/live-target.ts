import type { Principal } from '../../../lib/contract/principal.ts';
import { type Access, accessHeaders } from '../../../lib/mcp/oauth/access.ts';
import { orAborted } from '../../../lib/mcp/or-aborted.ts';
import { profileById } from '../../../lib/mcp/profiles/index.ts';
import type { Target } from '../../../lib/mcp/session.ts';
import { ApiError } from '../../../lib/runtime/http.ts';
import { connections, logger, store } from '../../../lib/runtime/resources.ts';
import { listConnections } from '../../../lib/store/connections.ts';
import { connectionsOfRun, type RunConnection } from '../../../lib/store/plan.ts';
import { accessDeps } from '../../../lib/workflow/deps.ts';
import { grantsThrough } from '../../../lib/workflow/oauth-grants.ts';

/** A person's own connection, its credentials still sealed. @throws ApiError NOT_FOUND */
export async function heldBy(principal: Principal, id: string, signal: AbortSignal): Promise<RunConnection> {
  const [held] = await (await store()).forUser(principal, (tx) => connectionsOfRun(tx, [id]), { signal });
  if (held === undefined || held.userId !== principal.userId) throw new ApiError('NOT_FOUND', 'There is no such connection.');
  return held;
}

/**
 * For ending what is open. Where there are no credentials to be had, what is open here ends all the same and the server is not
 * told: that must keep nobody from ending or deleting a connection. @throws ApiError NOT_FOUND
 */
export async function targetToEnd(principal: Principal, id: string, signal: AbortSignal): Promise<Target> {
  const held = await heldBy(principal, id, signal);
  try {
    return await openedSoon(principal, held, signal);
  } catch (error) {
    logger().warn('credentials did not open', { connectionId: id, error });
    return targetOf(held, { headers: {} });
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
  const targets = await Promise.allSettled(held.map((one) => openedSoon(principal, one, signal)));
  return targets.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** Of what the answer may be held up for by a token that must be renewed. Milliseconds. */
const SOON_MS = 3_000;

async function openedSoon(principal: Principal, held: RunConnection, signal: AbortSignal): Promise<Target> {
  const soon = AbortSignal.any([signal, AbortSignal.timeout(SOON_MS)]);
  return orAborted(opened(principal, held, soon), soon);
}

/** With its credentials. @throws SourceUnavailable where its person has to sign in first, SealBroken */
export async function opened(principal: Principal, held: RunConnection, signal: AbortSignal): Promise<Target> {
  const database = await store();
  const grants = grantsThrough((work) => database.forUser(principal, work));
  const access = await accessHeaders({ ...(await accessDeps()), grants }, held, signal);
  return targetOf(held, access);
}

const targetOf = ({ id: connectionId, name, url, version, profile }: RunConnection, access: Access): Target => ({
  ...{ connectionId, name, url, version, ...access },
  repeatable: profileById(profile).readOnlyTools,
});

/** After the fact: that a server could not be told changes nothing of what was done. */
export async function endQuietly(principal: Principal, target: Target, signal: AbortSignal): Promise<void> {
  const ended = (await connections()).disconnect(principal, target, signal);
  await ended.catch((error: unknown) => logger().warn('a session was not ended', { error }));
}
