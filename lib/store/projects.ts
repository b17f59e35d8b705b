/** People and their projects. */
import type { Principal } from '../contract/principal.ts';
import { type Role, role } from '../contract/vocabulary.ts';
import { after, olderThan, type Page, type Paged, paged } from './page.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

/** The first request of a person makes their row. */
export async function ensureUser(tx: SqlTx, { userId, email }: Principal): Promise<void> {
  await sql(tx).execute`
    INSERT INTO "User" (id, email) VALUES (${userId}::uuid, ${email}) ON CONFLICT (id) DO UPDATE SET email = excluded.email
    WHERE "User".email IS DISTINCT FROM excluded.email`;
}

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly retentionDays: number;
  readonly createdAt: Date;
}

const columns = { id: true, name: true, retentionDays: true, createdAt: true } as const;

/** The founder becomes its owner. */
export async function insertProject(tx: Tx, userId: string, project: Omit<ProjectRow, 'createdAt'>): Promise<ProjectRow> {
  const row = await db(tx).project.create({ data: { ...project, createdBy: userId }, select: columns });
  await db(tx).projectMember.createMany({ data: [{ projectId: project.id, userId, role: 'owner' }] });
  return row;
}

/** Those that the person is a member of, with their role; newest first. Throws InvalidCursor. */
export async function listProjects(tx: Tx, userId: string, page: Page): Promise<Paged<ProjectRow & { readonly role: Role }>> {
  const place = olderThan(after(page));
  const rows = await db(tx).project.findMany({
    where: place,
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: page.limit + 1,
    select: columns,
  });
  const own = await db(tx).projectMember.findMany({
    where: { userId, projectId: { in: rows.map(({ id }) => id) } },
    select: { projectId: true, role: true },
  });
  const roles = new Map(own.map((member) => [member.projectId, role.parse(member.role)]));
  return paged(
    rows.flatMap((row) => {
      const held = roles.get(row.id);
      return held === undefined ? [] : [{ ...row, role: held }];
    }),
    page,
  );
}

export const getProject = (tx: Tx, projectId: string): Promise<ProjectRow | null> =>
  db(tx).project.findUnique({ where: { id: projectId }, select: columns });

export async function updateProject(
  tx: Tx,
  projectId: string,
  change: { readonly name?: string | undefined; readonly retentionDays?: number | undefined },
): Promise<void> {
  const { name, retentionDays } = change;
  await db(tx).project.updateMany({
    where: { id: projectId },
    data: { ...(name === undefined ? {} : { name }), ...(retentionDays === undefined ? {} : { retentionDays }) },
  });
}

/** With everything in it, by cascade; the audit trail stays. Gives the ids of its runs, whose streams live elsewhere. */
export async function deleteProject(tx: Tx, projectId: string): Promise<string[]> {
  const runs = await db(tx).run.findMany({ where: { projectId }, select: { id: true } });
  await db(tx).project.deleteMany({ where: { id: projectId } });
  return runs.map(({ id }) => id);
}
