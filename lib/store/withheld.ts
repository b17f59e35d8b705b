/** Claims that a step took out because they could not be verified: listed in the report, never printed as fact. */
import { randomUUID } from 'node:crypto';
import { type Fence, holdFence } from './steps.ts';
import { text } from './text.ts';
import { type SqlTx, sql } from './tx.ts';

export interface WithheldRow {
  readonly claim: string;
  readonly reason: string;
}

/** Replaces what an earlier attempt of the step wrote. Its door throws StaleAttempt. */
export async function insertWithheld(tx: SqlTx, fence: Fence, rows: readonly WithheldRow[]): Promise<void> {
  holdFence(tx, fence);
  const { runId, step, item } = fence;
  if (fence.attempt > 1)
    await sql(tx).execute`DELETE FROM "Withheld" WHERE "runId" = ${runId}::uuid AND step = ${step} AND item = ${item}`;
  if (rows.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "Withheld" ("runId", step, item, id, claim, reason)
    SELECT ${runId}::uuid, ${step}, ${item}, w.id, w.claim, w.reason
    FROM unnest(
      ${rows.map(() => randomUUID())}::uuid[], ${rows.map(({ claim }) => text(claim))}::text[], ${rows.map(({ reason }) => text(reason))}::text[]
    ) WITH ORDINALITY AS w (id, claim, reason, place)
    ORDER BY place`;
}

/** By step and item, then in the order in which they were written. */
export function listWithheld(tx: SqlTx, runId: string): Promise<WithheldRow[]> {
  return sql(tx).query<
    WithheldRow[]
  >`SELECT claim, reason FROM "Withheld" WHERE "runId" = ${runId}::uuid ORDER BY step, item, ordinal`;
}
