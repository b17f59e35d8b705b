/** What may be known of every run: ids and owners. The functions belong to a role that can read no more (migrations). */
import { sql, type Tx } from './tx.ts';

export interface DueRun {
  readonly runId: string;
  readonly reason: 'overdue' | 'never-started';
}

export interface RunOwner {
  readonly runId: string;
  readonly startedBy: string;
}

export function dueRuns(tx: Tx, now: Date, startGraceMs: number): Promise<DueRun[]> {
  return sql(tx).query<DueRun[]>`
    SELECT "runId", reason FROM due_runs(${now}, make_interval(secs => ${startGraceMs / 1000}::float8))`;
}

export async function runOwner(tx: Tx, runId: string): Promise<RunOwner | null> {
  const [row] = await sql(tx).query<{ startedBy: string | null }[]>`SELECT run_owner(${runId}::uuid) AS "startedBy"`;
  return row?.startedBy == null ? null : { runId, startedBy: row.startedBy };
}
