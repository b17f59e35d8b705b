/** Who may do what in a project. */
import { type Role, role } from '../contract/vocabulary.ts';
import { db, type Tx } from './tx.ts';

/** Null: no member, which a caller cannot tell from a project that does not exist. */
export async function roleIn(tx: Tx, projectId: string, userId: string): Promise<Role | null> {
  const row = await db(tx).projectMember.findUnique({
    where: { projectId_userId: { projectId, userId } },
    select: { role: true },
  });
  return row === null ? null : role.parse(row.role);
}
