/** Runs: asked for by a person, begun, cancelled, and concluded exactly once. */
import { type RunMode, type RunOutcome, runMode, runOutcome } from '../contract/vocabulary.ts';
import { after, olderThan, type Page, type Paged, paged } from './page.ts';
import { type Changed, db, hasChanged, type SqlTx, sql, type Tx } from './tx.ts';

export interface NewRun {
  readonly id: string;
  readonly projectId: string;
  readonly startedBy: string;
  readonly frameworkId: string;
  readonly mode: RunMode;
  /** The starter's own; the database refuses anybody else's. */
  readonly connectionIds: readonly string[];
  /** Whether the starter is there to approve calls; without, what needs approval is a gap at once. */
  readonly approvals: boolean;
}

export interface RunRow extends NewRun {
  readonly epoch: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly executionArn: string | null;
  /** Of the whole run. */
  readonly deadlineAt: Date | null;
  readonly stageDeadlineAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  readonly endedAt: Date | null;
  readonly outcome: RunOutcome | null;
  readonly scoreValue: number | null;
  readonly scoreLow: number | null;
  readonly scoreHigh: number | null;
}

const columns = {
  id: true,
  projectId: true,
  startedBy: true,
  frameworkId: true,
  mode: true,
  connectionIds: true,
  approvals: true,
  epoch: true,
  createdAt: true,
  startedAt: true,
  executionArn: true,
  deadlineAt: true,
  stageDeadlineAt: true,
  cancelRequestedAt: true,
  endedAt: true,
  outcome: true,
  scoreValue: true,
  scoreLow: true,
  scoreHigh: true,
} as const;

function runRow(row: Omit<RunRow, 'mode' | 'outcome'> & { mode: string; outcome: string | null }): RunRow {
  return { ...row, mode: runMode.parse(row.mode), outcome: runOutcome.nullable().parse(row.outcome) };
}

/** Throws UniqueViolation when the id is taken, NotPermitted when the project or a connection is not the starter's. */
export async function insertRun(tx: SqlTx, run: NewRun): Promise<void> {
  const rows = await sql(tx).query<Changed[]>`
    INSERT INTO "Run" (id, "projectId", "startedBy", "frameworkId", mode, "connectionIds", approvals, "createdAt")
    VALUES (${run.id}::uuid, ${run.projectId}::uuid, ${run.startedBy}::uuid, ${run.frameworkId}, ${run.mode}, ${run.connectionIds}::uuid[], ${run.approvals},
      clock_timestamp())
    RETURNING pg_current_xact_id()::text AS xid`;
  hasChanged(tx, rows);
}

export async function getRun(tx: SqlTx, runId: string): Promise<RunRow | null> {
  const [row] = await sql(tx).query<Parameters<typeof runRow>[0][]>`
    SELECT id, "projectId", "startedBy", "frameworkId", mode, "connectionIds", approvals, epoch, "createdAt", "startedAt", "executionArn", "deadlineAt",
      "stageDeadlineAt", "cancelRequestedAt", "endedAt", outcome, "scoreValue", "scoreLow", "scoreHigh"
    FROM "Run" WHERE id = ${runId}::uuid`;
  return row === undefined ? null : runRow(row);
}

/** Newest first. Throws InvalidCursor. */
export async function listRuns(tx: Tx, projectId: string, page: Page): Promise<Paged<RunRow>> {
  const rows = await db(tx).run.findMany({
    where: { projectId, ...olderThan(after(page)) },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: page.limit + 1,
    select: columns,
  });
  return paged(rows.map(runRow), page);
}

/** Runs of that person without an outcome. Other starts of theirs wait until this transaction ends: count, then insert. */
export async function countActiveRuns(tx: SqlTx, userId: string): Promise<number> {
  // Sent together: the second sees what was committed while the first waited.
  const [, [row]] = await Promise.all([
    sql(tx).query`SELECT 1 AS locked FROM pg_advisory_xact_lock(hashtextextended(${userId}, 0))`,
    sql(tx).query<{ active: number }[]>`
      SELECT count(*)::int AS active FROM "Run" WHERE "startedBy" = ${userId}::uuid AND outcome IS NULL`,
  ]);
  return row?.active ?? 0;
}

export interface RunStart {
  /** Null when a task of the run notes what whoever started it could not. */
  readonly executionArn: string | null;
  readonly startedAt: Date;
  readonly deadlineAt: Date;
}

/** False when it had been started already: the first start stands. */
export async function markStarted(tx: SqlTx, runId: string, { executionArn, startedAt, deadlineAt }: RunStart): Promise<boolean> {
  const rows = await sql(tx).query<Changed[]>`
    UPDATE "Run" SET "executionArn" = ${executionArn}, "startedAt" = ${startedAt.toISOString()}::timestamptz,
      "deadlineAt" = ${deadlineAt.toISOString()}::timestamptz
    WHERE id = ${runId}::uuid AND "startedAt" IS NULL
    RETURNING pg_current_xact_id()::text AS xid`;
  return hasChanged(tx, rows);
}

export async function setStageDeadline(tx: Tx, runId: string, stageDeadlineAt: Date): Promise<void> {
  await db(tx).run.updateMany({ where: { id: runId }, data: { stageDeadlineAt } });
}

/**
 * Raises the flag that every task looks at, and the epoch: what is being written now is refused. False when there was nothing to
 * cancel (it has ended, was cancelled before, or is not there).
 */
export async function requestCancel(tx: Tx, runId: string, at: Date): Promise<boolean> {
  const { count } = await db(tx).run.updateMany({
    where: { id: runId, outcome: null, cancelRequestedAt: null },
    data: { cancelRequestedAt: at, epoch: { increment: 1 } },
  });
  return count === 1;
}

/** At the end of a stage. Waits for writes that hold the old epoch, refuses those after it. Null when the run is not there. */
export async function bumpEpoch(tx: SqlTx, runId: string): Promise<number | null> {
  const [row] = await sql(tx).query<
    { epoch: number }[]
  >`UPDATE "Run" SET epoch = epoch + 1 WHERE id = ${runId}::uuid RETURNING epoch`;
  return row?.epoch ?? null;
}

export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly endedAt: Date;
  readonly score: { readonly value: number; readonly low: number; readonly high: number } | null;
}

/** Concludes the run, and raises the epoch. False when it has an outcome already: exactly one caller is told true. */
export async function setOutcome(tx: SqlTx, runId: string, { outcome, endedAt, score }: RunEnd): Promise<boolean> {
  const updated = await sql(tx).execute`
    UPDATE "Run" SET outcome = ${outcome}, "endedAt" = ${endedAt.toISOString()}::timestamptz, epoch = epoch + 1,
      "scoreValue" = ${score?.value ?? null}, "scoreLow" = ${score?.low ?? null}, "scoreHigh" = ${score?.high ?? null}
    WHERE id = ${runId}::uuid AND outcome IS NULL`;
  return updated === 1;
}
