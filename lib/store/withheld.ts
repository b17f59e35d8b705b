/** Claims that a step took out because they could not be verified: listed in the report, never printed as fact. */
import { randomUUID } from 'node:crypto';
import { type Fence, holdFence } from './steps.ts';
import { text } from './text.ts';
import { db, type Tx } from './tx.ts';

export interface WithheldRow {
  readonly claim: string;
  readonly reason: string;
}

/** Replaces what an earlier attempt of the step wrote. Throws StaleAttempt. */
export async function insertWithheld(tx: Tx, fence: Fence, rows: readonly WithheldRow[]): Promise<void> {
  holdFence(tx, fence);
  const { runId, step, item } = fence;
  if (fence.attempt > 1) await db(tx).withheld.deleteMany({ where: { runId, step, item } });
  await db(tx).withheld.createMany({
    data: rows.map(({ claim, reason }) => ({ id: randomUUID(), runId, step, item, claim: text(claim), reason: text(reason) })),
  });
}

/** By step and item, then in the order in which they were written. */
export function listWithheld(tx: Tx, runId: string): Promise<WithheldRow[]> {
  return db(tx).withheld.findMany({
    where: { runId },
    orderBy: [{ step: 'asc' }, { item: 'asc' }, { ordinal: 'asc' }],
    select: { claim: true, reason: true },
  });
}
