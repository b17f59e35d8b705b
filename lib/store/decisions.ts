/** What people decided about proposals: append-only, the latest counts. */
import { randomUUID } from 'node:crypto';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

export interface DecisionRow {
  readonly controlId: string;
  readonly decision: 'accept' | 'reject';
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** In the order in which they were made. */
export function listDecisions(tx: SqlTx, runId: string): Promise<DecisionRow[]> {
  // The migrations' CHECK constraint holds the decision to its words.
  return sql(tx).query<DecisionRow[]>`
    SELECT "controlId", decision, reason, "createdBy", "createdAt" FROM "ControlDecision"
    WHERE "runId" = ${runId}::uuid ORDER BY "createdAt", id`;
}

export async function insertDecision(tx: Tx, runId: string, decision: Omit<DecisionRow, 'createdAt'>): Promise<void> {
  await db(tx).controlDecision.createMany({ data: [{ id: randomUUID(), runId, ...decision }] });
}
