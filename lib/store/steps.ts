/**
 * Steps and their attempts. A retried task can overlap the attempt that timed out: each takes the next number, and whatever it
 * writes is written only while it still holds that number and its stage has not ended (evidence.md, attempts).
 */
import { StaleAttempt } from './errors.ts';
import { text } from './text.ts';
import { noteTransaction, owe, type SqlTx, sql } from './tx.ts';

export interface Fence {
  readonly runId: string;
  readonly projectId: string;
  readonly step: string;
  readonly item: string;
  readonly attempt: number;
  readonly epoch: number;
}

export type StepOrigin = 'task' | 'fallback';

export interface StepRow {
  readonly name: string;
  readonly item: string;
  readonly attempt: number;
  readonly status: 'running' | 'done' | 'failed';
  readonly origin: StepOrigin;
  readonly error: string | null;
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/**
 * Takes the next attempt of a step, whatever state it is in, and makes it running. Parallel calls get different numbers.
 * Throws StaleAttempt when the run has an outcome, or is not there.
 */
export async function beginStep(tx: SqlTx, runId: string, step: string, item: string, origin: StepOrigin): Promise<Fence> {
  const fence = await takeAttempt(tx, runId, step, item, origin, true);
  if (fence === null) throw new StaleAttempt(`${step} can not begin: the run has ended`);
  return fence;
}

/**
 * The same, unless the step is done: null then, and nothing changes. For fallbacks, and for tasks that may be delivered twice: an
 * attempt that finished at the last moment keeps what it wrote. Null also when the run has ended.
 */
export function beginStepUnlessDone(
  tx: SqlTx,
  runId: string,
  step: string,
  item: string,
  origin: StepOrigin,
): Promise<Fence | null> {
  return takeAttempt(tx, runId, step, item, origin, false);
}

async function takeAttempt(
  tx: SqlTx,
  runId: string,
  step: string,
  item: string,
  origin: StepOrigin,
  evenIfDone: boolean,
): Promise<Fence | null> {
  const [row] = await sql(tx).query<{ attempt: number; epoch: number; projectId: string; id: string }[]>`
    WITH run AS (SELECT id, epoch, "projectId" FROM "Run" WHERE id = ${runId}::uuid AND outcome IS NULL FOR SHARE)
    INSERT INTO "Step" AS s ("runId", name, item, attempt, status, origin, "startedAt")
    SELECT id, ${step}, ${item}, 1, 'running', ${origin}, clock_timestamp() FROM run
    ON CONFLICT ("runId", name, item) DO UPDATE SET
      attempt = s.attempt + 1, status = 'running', origin = excluded.origin, error = NULL, reason = NULL,
      "startedAt" = excluded."startedAt", "finishedAt" = NULL
    WHERE ${evenIfDone} OR s.status <> 'done'
    RETURNING attempt, (SELECT epoch FROM run) AS epoch, (SELECT "projectId" FROM run) AS "projectId", pg_current_xact_id()::text AS id`;
  if (row === undefined) return null;
  const { id, ...taken } = row;
  noteTransaction(tx, id);
  return { runId, step, item, ...taken };
}

/**
 * What this transaction writes is written only if the step still holds that attempt and the run that epoch: else its door throws
 * StaleAttempt. Asked once, together with the first write. Both rows stay locked FOR SHARE: a later attempt, or the end of the stage,
 * waits for this transaction and then finds what it wrote.
 */
export function holdFence(tx: SqlTx, fence: Fence): void {
  if (held.get(tx) === fence) return;
  held.set(tx, fence);
  owe(tx, askFence(tx, fence));
}
const held = new WeakMap<SqlTx, Fence>();

async function askFence(tx: SqlTx, { runId, step, item, attempt, epoch }: Fence): Promise<void> {
  const [row] = await sql(tx).query<{ id: string }[]>`
    SELECT pg_current_xact_id()::text AS id FROM "Step" s JOIN "Run" r ON r.id = s."runId"
    WHERE s."runId" = ${runId}::uuid AND s.name = ${step} AND s.item = ${item} AND s.attempt = ${attempt} AND r.epoch = ${epoch}
    FOR SHARE`;
  if (row === undefined) throw new StaleAttempt(`attempt ${attempt} of ${step}${item === '' ? '' : ` ${item}`} was superseded`);
  noteTransaction(tx, row.id);
}

export interface StepEnd {
  readonly status: 'done' | 'failed';
  /** An error's name. */
  readonly error?: string;
  /** One sentence for the report. */
  readonly reason?: string;
}

/** Its door throws StaleAttempt. */
export async function finishStep(tx: SqlTx, fence: Fence, { status, error, reason }: StepEnd): Promise<void> {
  holdFence(tx, fence);
  await sql(tx).execute`
    UPDATE "Step" SET status = ${status}, error = ${error === undefined ? null : text(error)}, reason = ${reason === undefined ? null : text(reason)},
      "finishedAt" = clock_timestamp()
    WHERE "runId" = ${fence.runId}::uuid AND name = ${fence.step} AND item = ${fence.item}`;
}

export async function getStep(tx: SqlTx, runId: string, step: string, item: string): Promise<StepRow | null> {
  const [row] = await sql(tx).query<Parameters<typeof stepRow>[0][]>`
    SELECT name, item, attempt, status, origin, error, reason, "startedAt", "finishedAt" FROM "Step"
    WHERE "runId" = ${runId}::uuid AND name = ${step} AND item = ${item}`;
  return row === undefined ? null : stepRow(row);
}

/** In the order in which they began. */
export async function listSteps(tx: SqlTx, runId: string): Promise<StepRow[]> {
  const rows = await sql(tx).query<Parameters<typeof stepRow>[0][]>`
    SELECT name, item, attempt, status, origin, error, reason, "startedAt", "finishedAt" FROM "Step"
    WHERE "runId" = ${runId}::uuid ORDER BY "startedAt", name, item`;
  return rows.map(stepRow);
}

/** The migrations' CHECK constraints hold these columns to their words; here they are text. */
function stepRow(row: Omit<StepRow, 'status' | 'origin'> & { status: string; origin: string }): StepRow {
  return { ...row, status: row.status as StepRow['status'], origin: row.origin as StepOrigin };
}
