import type { Principal } from '../../../lib/contract/principal.ts';
import { type Access, accessHeaders, heldHeaders } from '../../../lib/mcp/oauth/access.ts';
import { profileById } from '../../../lib/mcp/profiles/index.ts';
import type { Target } from '../../../lib/mcp/session.ts';
import { ApiError } from '../../../lib/runtime/http.ts';
import { connections, keys, logger, store } from '../../../lib/runtime/resources.ts';
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
    return await toEnd(principal, held);
  } catch (error) {
    logger().warn('credentials did not open', { connectionId: id, error });
    return targetOf(held, { headers: {} });
  }
}

/** All of a person's, for ending what is open to them, but for those whose credentials cannot be opened. */
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
  const targets = await Promise.allSettled(held.map((one) => toEnd(principal, one)));
  return targets.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/**
 * Never renews a token: an ending would wait for the authorisation server, and a token that comes after a deletion would be nobody's to
 * revoke. @throws OAuthRefused where there is none, SealBroken
 */
async function toEnd(principal: Principal, held: RunConnection): Promise<Target> {
  const headers = await heldHeaders({ keys: await keys(), grants: await grantsOf(principal) }, held);
  return targetOf(held, { headers });
}

async function grantsOf(principal: Principal) {
  const database = await store();
  return grantsThrough((work) => database.forUser(principal, work));
}

/** With its credentials. @throws SourceUnavailable where its person has to sign in first, SealBroken */
export async function opened(principal: Principal, held: RunConnection, signal: AbortSignal): Promise<Target> {
  const access = await accessHeaders({ ...(await accessDeps()), grants: await grantsOf(principal) }, held, signal);
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
