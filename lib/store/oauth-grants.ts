/** What people let us do at authorisation servers, one grant per connection. Sealed bytes go in and out; nothing here opens them. */
import { bytes } from './connections.ts';
import { db, type Tx } from './tx.ts';

export interface GrantRow {
  readonly connectionId: string;
  readonly userId: string;
  /** Of the connection it was given for: a changed connection has no grant. */
  readonly connectionVersion: number;
  /** Raised by every renewal. */
  readonly version: number;
  readonly issuer: string;
  readonly resource: string;
  readonly scope: string | null;
  /** Null once the authorisation server has ended it. */
  readonly sealed: Uint8Array | null;
  readonly expiresAt: Date | null;
}

const columns = {
  connectionId: true,
  userId: true,
  connectionVersion: true,
  version: true,
  issuer: true,
  resource: true,
  scope: true,
  sealed: true,
  expiresAt: true,
} as const;

export async function getGrant(tx: Tx, connectionId: string): Promise<GrantRow | null> {
  return db(tx).oAuthGrant.findUnique({ where: { connectionId }, select: columns });
}

export type GrantSummary = Omit<GrantRow, 'sealed'> & { readonly authorised: boolean };

/** Of a person's connections, without what is sealed. */
export async function listGrants(tx: Tx, connectionIds: readonly string[]): Promise<GrantSummary[]> {
  const rows = await db(tx).oAuthGrant.findMany({ where: { connectionId: { in: [...connectionIds] } }, select: columns });
  return rows.map(({ sealed, ...row }) => ({ ...row, authorised: sealed !== null }));
}

/**
 * In the place of whatever was granted before, which it gives for its revocation. Null when the connection is gone or was changed
 * meanwhile: it is locked until the transaction ends, so that a change waits for the grant or the grant sees the change.
 */
export async function replaceGrant(tx: Tx, grant: GrantRow): Promise<{ readonly before: GrantRow | null } | null> {
  const { connectionId, userId, connectionVersion: version } = grant;
  const locked = await db(tx).connection.updateMany({
    where: { id: connectionId, userId, version, authKind: 'oauth' },
    data: { version },
  });
  if (locked.count !== 1) return null;
  const before = await deleteGrant(tx, connectionId);
  await db(tx).oAuthGrant.create({ data: { ...grant, sealed: bytes(grant.sealed) }, select: { connectionId: true } });
  return { before };
}

/**
 * Writes version + 1 over just that grant: one that was given instead meanwhile has other bytes. False when somebody else did so
 * first, or it is gone.
 */
export async function renewGrant(
  tx: Tx,
  {
    connectionId,
    connectionVersion,
    version,
    sealed,
  }: Pick<GrantRow, 'connectionId' | 'connectionVersion' | 'version' | 'sealed'>,
  renewed: Pick<GrantRow, 'sealed' | 'scope' | 'expiresAt'>,
): Promise<boolean> {
  const { count } = await db(tx).oAuthGrant.updateMany({
    where: { connectionId, connectionVersion, version, sealed: bytes(sealed) },
    data: { ...renewed, sealed: bytes(renewed.sealed), version: version + 1 },
  });
  return count === 1;
}

/** What was there, for its revocation. */
export async function deleteGrant(tx: Tx, connectionId: string): Promise<GrantRow | null> {
  const row = await getGrant(tx, connectionId);
  await db(tx).oAuthGrant.deleteMany({ where: { connectionId } });
  return row;
}
