/** The one place in which hostile servers meet the connection manager. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openCache } from '../../lib/cache/cache.ts';
import { openLocalKeys } from '../../lib/keys/local.ts';
import { type Connections, openConnections } from '../../lib/mcp/connections.ts';
import type { Owner, Target } from '../../lib/mcp/session.ts';
import type { GuardedFetch } from '../../lib/net/guarded-fetch.ts';

/** Twenty seconds for a call become one. */
export const timeScale = 0.04;

type ManagerOver = (fetch: GuardedFetch, scale?: number) => Connections;

/** Managers on one Redis, each with a fetch of its own; `folder` is for their key file. */
export async function managersOn(redisUrl: string, folder: string): Promise<ManagerOver> {
  const cache = openCache({ url: redisUrl, cluster: false });
  const keys = await openLocalKeys(join(folder, 'keys.json'));
  return (fetch, scale = timeScale) => openConnections({ fetch, cache, keys, timeScale: scale });
}

export const owner = (): Owner => ({ userId: randomUUID() });

export const hostileTarget = (url: string, name = 'hostile'): Target => ({ connectionId: randomUUID(), name, url, headers: {} });
