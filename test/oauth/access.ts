import { accessHeaders } from '../../lib/mcp/oauth/access.ts';
import { store } from '../../lib/runtime/resources.ts';
import { connectionsOfRun } from '../../lib/store/plan.ts';
import { accessDeps } from '../../lib/workflow/deps.ts';
import { grantsThrough } from '../../lib/workflow/oauth-grants.ts';
import type { Person } from '../api/api.ts';

/** A connection's headers, as a task of that person's gets them. */
export async function accessOf({ principal }: Person, connectionId: string) {
  const database = await store();
  const [connection] = await database.forUser(principal, (tx) => connectionsOfRun(tx, [connectionId]));
  if (connection === undefined) throw new Error('there is no such connection');
  const grants = grantsThrough((work) => database.forUser(principal, work));
  const access = await accessHeaders({ ...(await accessDeps()), grants }, connection, AbortSignal.timeout(20_000));
  return { connection, ...access };
}
