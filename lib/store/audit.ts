/** The audit trail: append-only (a trigger sees to it), written in the transaction of what it tells of. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { after, olderThan, type Page, type Paged, paged } from './page.ts';
import { json } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

const detail = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

export interface NewAuditEvent {
  /** Null for what belongs to no project: connections, the account. */
  readonly projectId: string | null;
  readonly userId: string;
  /** `noun.verb`: run.start, member.add, connection.delete. */
  readonly action: string;
  /** The id of what was acted on. */
  readonly target?: string;
  /** Small facts; never a credential, never content. */
  readonly detail?: Readonly<z.infer<typeof detail>>;
}

export async function insertAuditEvent(
  tx: SqlTx,
  { projectId, userId, action, target, detail: facts }: NewAuditEvent,
): Promise<void> {
  await sql(tx).execute`
    INSERT INTO "AuditEvent" (id, "projectId", "userId", action, target, detail, "createdAt")
    VALUES (${randomUUID()}::uuid, ${projectId}::uuid, ${userId}::uuid, ${action}, ${target ?? null}, ${json(facts ?? {})}::jsonb, clock_timestamp())`;
}

export interface AuditEventRow {
  readonly id: string;
  readonly userId: string;
  readonly action: string;
  readonly target: string | null;
  readonly detail: z.infer<typeof detail>;
  readonly createdAt: Date;
}

/** Newest first. Throws InvalidCursor. */
export async function listAuditEvents(tx: Tx, projectId: string, page: Page): Promise<Paged<AuditEventRow>> {
  const rows = await db(tx).auditEvent.findMany({
    where: { projectId, ...olderThan(after(page)) },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: page.limit + 1,
    select: { id: true, userId: true, action: true, target: true, detail: true, createdAt: true },
  });
  return paged(
    rows.map((row) => ({ ...row, detail: detail.parse(row.detail) })),
    page,
  );
}
