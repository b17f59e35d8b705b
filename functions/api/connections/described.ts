import type * as z from 'zod';
import type { connection } from '../../../lib/contract/api/connections.ts';
import { isoTimes } from '../../../lib/runtime/iso-times.ts';
import type { ConnectionRow } from '../../../lib/store/connections.ts';
import { type GrantSummary, listGrants } from '../../../lib/store/oauth-grants.ts';
import type { Tx } from '../../../lib/store/store.ts';

/** What the database knows of a connection, as it is answered. */
export type Described = Omit<z.input<typeof connection>, 'open' | 'breaker'>;

/** With what is granted to those that sign in with OAuth. */
export async function described(tx: Tx, rows: readonly ConnectionRow[]): Promise<Described[]> {
  const ids = rows.filter(({ authKind }) => authKind === 'oauth').map(({ id }) => id);
  const grants = new Map((await listGrants(tx, ids)).map((grant) => [grant.connectionId, grant]));
  return rows.map((row) => ({
    ...isoTimes(row),
    ...(row.authKind === 'oauth' ? { oauth: oauthOf(row, grants.get(row.id)) } : {}),
  }));
}

export async function describedOne(tx: Tx, row: ConnectionRow): Promise<Described> {
  const [one] = await described(tx, [row]);
  if (one === undefined) throw new Error('one row is shown as one');
  return one;
}

function oauthOf({ version }: ConnectionRow, grant: GrantSummary | undefined): Described['oauth'] {
  if (grant === undefined || grant.connectionVersion !== version) {
    return { authorised: false, issuer: null, scope: null, expiresAt: null };
  }
  const { authorised, issuer, scope, expiresAt } = grant;
  return { authorised, issuer, scope, expiresAt: expiresAt?.toISOString() ?? null };
}
