import type { Grants } from '../mcp/oauth/grant.ts';
import { getGrant, renewGrant } from '../store/oauth-grants.ts';
import type { Tx } from '../store/store.ts';

/** Grants as a run, or a person, may see them: `door` is `store.forRun` or `store.forUser` of one of them. */
export const grantsThrough = (door: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>): Grants => ({
  read: (connectionId) => door((tx) => getGrant(tx, connectionId)),
  renew: (grant, renewed) => door((tx) => renewGrant(tx, grant, renewed)),
});
