import { type SqlTx, sql } from './tx.ts';

export type Stage = 'report';

/**
 * Entered by whichever of a stage's tasks comes first: raises the run's epoch once, so that late writes of the stage before are
 * refused (evidence.md, attempts). Later calls change nothing.
 */
export async function enterStage(tx: SqlTx, runId: string, stage: Stage): Promise<void> {
  await sql(tx).execute`
    WITH entered AS (
      INSERT INTO "Step" ("runId", name, item, attempt, status, origin, "startedAt", "finishedAt")
      SELECT id, 'stage', ${stage}, 1, 'done', 'task', clock_timestamp(), clock_timestamp()
      FROM "Run" WHERE id = ${runId}::uuid AND outcome IS NULL
      ON CONFLICT DO NOTHING RETURNING 1)
    UPDATE "Run" SET epoch = epoch + 1 WHERE id = ${runId}::uuid AND EXISTS (SELECT 1 FROM entered)`;
}
