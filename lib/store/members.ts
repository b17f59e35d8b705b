/** Who may do what in a project. */
import { type Role, role } from '../contract/vocabulary.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

/** Null: no member, which a caller cannot tell from a project that does not exist. */
export async function roleIn(tx: SqlTx, projectId: string, userId: string): Promise<Role | null> {
  const [row] = await sql(tx).query<{ role: string }[]>`
    SELECT role FROM "ProjectMember" WHERE "projectId" = ${projectId}::uuid AND "userId" = ${userId}::uuid`;
  return row === undefined ? null : role.parse(row.role);
}

export interface MemberRow {
  readonly userId: string;
  /** Null for somebody who has not signed in yet. */
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: Date;
}

/** All of them, oldest first; a project has at most 200. */
export async function listMembers(tx: Tx, projectId: string): Promise<MemberRow[]> {
  const rows = await db(tx).projectMember.findMany({
    where: { projectId },
    orderBy: [{ createdAt: 'asc' }, { userId: 'asc' }],
    select: { userId: true, role: true, createdAt: true },
  });
  const people = await db(tx).user.findMany({
    where: { id: { in: rows.map(({ userId }) => userId) } },
    select: { id: true, email: true },
  });
  const emails = new Map(people.map(({ id, email }) => [id, email]));
  return rows.map((row) => ({ ...row, role: role.parse(row.role), email: emails.get(row.userId) ?? null }));
}

/** Throws UniqueViolation for somebody who is a member already. */
export async function insertMember(tx: Tx, projectId: string, userId: string, held: Role): Promise<void> {
  await db(tx).projectMember.createMany({ data: [{ projectId, userId, role: held }] });
}

/** False when they are no member. */
export async function updateMember(tx: Tx, projectId: string, userId: string, held: Role): Promise<boolean> {
  const { count } = await db(tx).projectMember.updateMany({ where: { projectId, userId }, data: { role: held } });
  return count === 1;
}

/** False when they are no member. */
export async function deleteMember(tx: Tx, projectId: string, userId: string): Promise<boolean> {
  const { count } = await db(tx).projectMember.deleteMany({ where: { projectId, userId } });
  return count === 1;
}

/** Owners other than this one; the rows stay locked, so that two owners cannot leave at the same time. */
export async function otherOwners(tx: SqlTx, projectId: string, userId: string): Promise<number> {
  const rows = await sql(tx).query<{ userId: string }[]>`
    SELECT "userId" FROM "ProjectMember" WHERE "projectId" = ${projectId}::uuid AND role = 'owner' FOR UPDATE`;
  return rows.filter((row) => row.userId !== userId).length;
}
