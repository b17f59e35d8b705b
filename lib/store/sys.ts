/** What may be known of every run: ids and owners. The functions belong to a role that can read no more (migrations). */
import { type SqlTx, sql } from './tx.ts';

export interface DueRun {
  readonly runId: string;
  readonly reason: 'overdue' | 'never-started';
}

export interface RunOwner {
  readonly runId: string;
  readonly startedBy: string;
}

export function dueRuns(tx: SqlTx, now: Date, startGraceMs: number): Promise<DueRun[]> {
  return sql(tx).query<DueRun[]>`
    SELECT "runId", reason FROM due_runs(${now}, make_interval(secs => ${startGraceMs / 1000}::float8))`;
}

export async function runOwner(tx: SqlTx, runId: string): Promise<RunOwner | null> {
  const [row] = await sql(tx).query<{ startedBy: string | null }[]>`SELECT run_owner(${runId}::uuid) AS "startedBy"`;
  return row?.startedBy == null ? null : { runId, startedBy: row.startedBy };
}
