/** What people say of a finding after the report: append-only and beside the sealed report, never in it. */
import { randomUUID } from 'node:crypto';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

export interface OverlayRow {
  readonly findingId: string;
  readonly status: 'open' | 'accepted' | 'resolved';
  readonly reason: string | null;
  readonly expiresAt: Date | null;
}

export async function insertOverlay(tx: Tx, projectId: string, createdBy: string, overlay: OverlayRow): Promise<void> {
  await db(tx).findingOverlay.createMany({ data: [{ id: randomUUID(), projectId, createdBy, ...overlay }] });
}

/** The latest of each finding, by finding id. */
export async function latestOverlays(tx: SqlTx, findingIds: readonly string[]): Promise<Map<string, OverlayRow>> {
  const rows = await sql(tx).query<OverlayRow[]>`
    SELECT DISTINCT ON ("findingId") "findingId", status, reason, "expiresAt" FROM "FindingOverlay"
    WHERE "findingId" = ANY (${[...findingIds]}::uuid[]) ORDER BY "findingId", "createdAt" DESC, id DESC`;
  return new Map(rows.map((row) => [row.findingId, row]));
}
