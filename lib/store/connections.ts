/** A person's own connections. Sealed credentials go in and are read by run tasks only (plan.ts): no list or get gives them out. */
import { after, olderThan, type Page, type Paged, paged } from './page.ts';
import { type RunConnection, type Scope, withScope } from './plan.ts';
import { db, type Tx } from './tx.ts';

export interface ConnectionRow {
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly scope: Scope;
  readonly url: string;
  readonly authKind: string;
  readonly version: number;
  readonly health: string;
  readonly healthError: string | null;
  readonly checkedAt: Date | null;
  readonly createdAt: Date;
}

const columns = {
  id: true,
  name: true,
  profile: true,
  scope: true,
  url: true,
  authKind: true,
  version: true,
  health: true,
  healthError: true,
  checkedAt: true,
  createdAt: true,
} as const;

export interface NewConnection {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly profile: string;
  readonly scope: Scope;
  readonly url: string;
  readonly authKind: string;
  readonly sealed: Uint8Array | null;
}

export const bytes = (sealed: Uint8Array | null) => (sealed === null ? null : new Uint8Array(sealed));

/** Throws UniqueViolation when the person has one of that name. */
export async function insertConnection(tx: Tx, connection: NewConnection): Promise<ConnectionRow> {
  return withScope(
    await db(tx).connection.create({ data: { ...connection, sealed: bytes(connection.sealed) }, select: columns }),
  );
}

/** Newest first. Throws InvalidCursor. */
export async function listConnections(tx: Tx, userId: string, page: Page): Promise<Paged<ConnectionRow>> {
  const rows = await db(tx).connection.findMany({
    where: { userId, ...olderThan(after(page)) },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: page.limit + 1,
    select: columns,
  });
  return paged(rows.map(withScope), page);
}

export async function getConnection(tx: Tx, userId: string, id: string): Promise<ConnectionRow | null> {
  const row = await db(tx).connection.findFirst({ where: { id, userId }, select: columns });
  return row === null ? null : withScope(row);
}

export interface ConnectionChange {
  readonly name?: string | undefined;
  readonly profile?: string | undefined;
  readonly scope?: Scope | undefined;
  /** Where it goes and with what, which change together: credentials are sealed for `version`. */
  readonly target?:
    | { readonly url: string; readonly authKind: string; readonly sealed: Uint8Array | null; readonly version: number }
    | undefined;
}

/** Known of another server, or of other credentials, and so of none. */
const forgotten = { policy: {}, toolHashes: {}, health: 'unknown', healthError: null, checkedAt: null };

/** False when the connection is not there, or was changed in between (`version`). Throws UniqueViolation. */
export async function updateConnection(
  tx: Tx,
  userId: string,
  id: string,
  version: number,
  { name, profile, scope, target }: ConnectionChange,
): Promise<boolean> {
  const { count } = await db(tx).connection.updateMany({
    where: { id, userId, version },
    data: {
      ...(name === undefined ? {} : { name }),
      ...(profile === undefined ? {} : { profile }),
      ...(scope === undefined ? {} : { scope }),
      ...(target === undefined ? {} : { ...forgotten, ...target, sealed: bytes(target.sealed) }),
    },
  });
  return count === 1;
}

/** What a check found of this version. False when the connection is not there, or was changed in between. */
export async function recordHealth(
  tx: Tx,
  userId: string,
  id: string,
  version: number,
  found: { readonly health: string; readonly healthError: string | null; readonly checkedAt: Date },
): Promise<boolean> {
  const { count } = await db(tx).connection.updateMany({ where: { id, userId, version }, data: found });
  return count === 1;
}

/**
 * The same credentials, with what was learned of them. False when the connection is not there, or was changed in between: `version`
 * tells other credentials, and the bytes tell what another learned of these meanwhile.
 */
export async function resealConnection(
  tx: Tx,
  userId: string,
  { id, version, sealed }: Pick<RunConnection, 'id' | 'version' | 'sealed'>,
  resealed: Uint8Array | null,
): Promise<boolean> {
  const { count } = await db(tx).connection.updateMany({
    where: { id, userId, version, sealed: bytes(sealed) },
    data: { sealed: bytes(resealed) },
  });
  return count === 1;
}

export async function deleteConnection(tx: Tx, userId: string, id: string): Promise<boolean> {
  const { count } = await db(tx).connection.deleteMany({ where: { id, userId } });
  return count === 1;
}
