/** The one place in which hostile servers meet the connection manager. */
import { type Connections, openConnections } from '../../lib/mcp/connections.ts';
import type { Owner, Target } from '../../lib/mcp/session.ts';
import type { GuardedFetch } from '../../lib/net/guarded-fetch.ts';

/** Twenty seconds for a call become one. */
export const timeScale = 0.04;

export const managerOver = (fetch: GuardedFetch, scale = timeScale): Connections => openConnections({ fetch, timeScale: scale });

export const owner = (userId: string): Owner => ({ userId });

export const hostileTarget = (url: string, name = 'hostile'): Target => ({ connectionId: name, name, url, headers: {} });
