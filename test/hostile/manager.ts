/** The one place in which hostile servers meet the connection manager. */
import { randomUUID } from 'node:crypto';
import type { Connections } from '../../lib/mcp/connections.ts';
import type { Owner, Target } from '../../lib/mcp/session.ts';
import type { GuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { testConnections } from '../support/connections.ts';

/** Twenty seconds for a call become one. */
export const timeScale = 0.05;

const { another } = await testConnections({ origins: [] });

export const managerOver = (fetch: GuardedFetch): Connections => another({ fetch, timeScale });

export const owner = (): Owner => ({ userId: randomUUID() });

export const hostileTarget = (url: string, name = 'hostile'): Target => ({ connectionId: randomUUID(), name, url, headers: {} });
