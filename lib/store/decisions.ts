/** What people decided about proposals: append-only, the latest counts. */
import { randomUUID } from 'node:crypto';
import { db, type Tx } from './tx.ts';

export interface DecisionRow {
  readonly controlId: string;
  readonly decision: 'accept' | 'reject';
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** In the order in which they were made. */
export async function listDecisions(tx: Tx, runId: string): Promise<DecisionRow[]> {
  const rows = await db(tx).controlDecision.findMany({
    where: { runId },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { controlId: true, decision: true, reason: true, createdBy: true, createdAt: true },
  });
  // The migrations' CHECK constraint holds the column to its words; Prisma knows it as text.
  return rows.map((row) => ({ ...row, decision: row.decision as DecisionRow['decision'] }));
}

export async function insertDecision(tx: Tx, runId: string, decision: Omit<DecisionRow, 'createdAt'>): Promise<void> {
  await db(tx).controlDecision.createMany({ data: [{ id: randomUUID(), runId, ...decision }] });
}
