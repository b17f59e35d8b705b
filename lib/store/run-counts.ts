/** The figures of a run under way, in one statement. */
import { fileTools } from '../domain/file-tools.ts';
import { controlsOf, frameworkById } from '../frameworks/index.ts';
import type { RunRow } from './runs.ts';
import { type SqlTx, sql } from './tx.ts';

export interface RunCounts {
  readonly toolCalls: number;
  readonly filesRead: number;
  readonly findings: number;
  readonly gaps: number;
  readonly degraded: number;
  readonly controlsDone: number;
  readonly controlsTotal: number;
  readonly tokens: number;
}

export async function countsOfRun(tx: SqlTx, run: Pick<RunRow, 'id' | 'frameworkId'>): Promise<RunCounts> {
  const id = run.id;
  const [row] = await sql(tx).query<Omit<RunCounts, 'controlsTotal'>[]>`
    SELECT
      (SELECT count(*)::int FROM "ToolCall" WHERE "runId" = ${id}::uuid AND status <> 'started') AS "toolCalls",
      (SELECT count(*)::int FROM "ToolCall" WHERE "runId" = ${id}::uuid AND status = 'ok' AND tool = ANY(${[...fileTools]}::text[])) AS "filesRead",
      (SELECT count(*)::int FROM "Finding" WHERE "runId" = ${id}::uuid) AS findings,
      (SELECT count(*)::int FROM "Gap" WHERE "runId" = ${id}::uuid) AS gaps,
      (SELECT count(*)::int FROM "Step" WHERE "runId" = ${id}::uuid AND (origin = 'fallback' OR status = 'done' AND reason IS NOT NULL)) AS degraded,
      (SELECT coalesce(sum("promptTokens" + "completionTokens"), 0)::int FROM "ModelCall" WHERE "runId" = ${id}::uuid) AS tokens,
      (SELECT count(*)::int FROM "ControlResult" WHERE "runId" = ${id}::uuid) AS "controlsDone"`;
  const framework = frameworkById(run.frameworkId);
  const controlsTotal = framework === undefined ? 0 : controlsOf(framework).length;
  return { toolCalls: 0, filesRead: 0, findings: 0, gaps: 0, degraded: 0, controlsDone: 0, tokens: 0, ...row, controlsTotal };
}
