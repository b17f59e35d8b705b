/**
 * What the tasks of a run found. Every write takes the attempt's fence (StaleAttempt), runs in the caller's transaction, so that it
 * and `finishStep` stand or fall together, and replaces what an earlier attempt of the same step and item wrote.
 * Lists are of the whole run, in a fixed order, in one statement each.
 */
import * as z from 'zod';
import { control, type Remediation } from '../contract/report.ts';
import { basis, checkOutcome, controlStatus, effort } from '../contract/vocabulary.ts';
import { type Fence, holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { type SqlTx, sql } from './tx.ts';

const observations = z.array(
  z.object({ resource: z.string(), result: checkOutcome, reason: z.string(), evidenceIds: z.array(z.string()) }),
);

export interface CheckResultRow {
  readonly planTaskId: string;
  readonly checkId: string;
  readonly result: z.infer<typeof checkOutcome>;
  readonly reason: string;
  readonly observations: readonly {
    readonly resource: string;
    readonly result: z.infer<typeof checkOutcome>;
    readonly reason: string;
    readonly evidenceIds: readonly string[];
  }[];
}

export async function insertCheckResults(tx: SqlTx, fence: Fence, rows: readonly CheckResultRow[]): Promise<void> {
  holdFence(tx, fence);
  if (rows.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "CheckResult" ("runId", "planTaskId", "checkId", result, reason, observations)
    SELECT ${fence.runId}::uuid, r.* FROM unnest(
      ${rows.map(({ planTaskId }) => planTaskId)}::uuid[], ${rows.map(({ checkId }) => checkId)}::text[], ${rows.map(({ result }) => result)}::text[],
      ${rows.map(({ reason }) => text(reason))}::text[], ${rows.map((row) => json(row.observations))}::jsonb[]) AS r
    ON CONFLICT ("runId", "planTaskId", "checkId") DO UPDATE SET result = excluded.result, reason = excluded.reason, observations = excluded.observations`;
}

export async function listCheckResults(tx: SqlTx, runId: string): Promise<CheckResultRow[]> {
  const rows = await sql(tx).query<
    { planTaskId: string; checkId: string; result: string; reason: string; observations: unknown }[]
  >`
    SELECT "planTaskId", "checkId", result, reason, observations FROM "CheckResult"
    WHERE "runId" = ${runId}::uuid ORDER BY "planTaskId", "checkId"`;
  return rows.map((row) => ({
    ...row,
    result: checkOutcome.parse(row.result),
    observations: observations.parse(row.observations),
  }));
}

export interface PopulationRow {
  readonly planTaskId: string;
  readonly what: string;
  readonly count: number;
  /** False: the listing was cut, and says nothing of absence. */
  readonly complete: boolean;
  readonly note: string | null;
}

export async function insertPopulations(tx: SqlTx, fence: Fence, rows: readonly PopulationRow[]): Promise<void> {
  holdFence(tx, fence);
  if (rows.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "Population" ("runId", "planTaskId", what, count, complete, note)
    SELECT ${fence.runId}::uuid, r.* FROM unnest(
      ${rows.map(({ planTaskId }) => planTaskId)}::uuid[], ${rows.map(({ what }) => text(what))}::text[], ${rows.map(({ count }) => count)}::int[],
      ${rows.map(({ complete }) => complete)}::boolean[], ${rows.map(({ note }) => (note === null ? null : text(note)))}::text[]) AS r
    ON CONFLICT ("runId", "planTaskId", what) DO UPDATE SET count = excluded.count, complete = excluded.complete, note = excluded.note`;
}

export function listPopulations(tx: SqlTx, runId: string): Promise<PopulationRow[]> {
  return sql(tx).query<PopulationRow[]>`
    SELECT "planTaskId", what, count, complete, note FROM "Population" WHERE "runId" = ${runId}::uuid ORDER BY "planTaskId", what`;
}

export interface NewGap {
  readonly id: string;
  readonly source: string;
  readonly reason: string;
  readonly controlIds: readonly string[];
}

export interface GapRow extends NewGap {
  readonly step: string;
  readonly item: string;
}

export async function insertGaps(tx: SqlTx, fence: Fence, gaps: readonly NewGap[]): Promise<void> {
  holdFence(tx, fence);
  const { runId, step, item } = fence;
  if (fence.attempt > 1)
    await sql(tx).execute`DELETE FROM "Gap" WHERE "runId" = ${runId}::uuid AND step = ${step} AND item = ${item}`;
  if (gaps.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "Gap" ("runId", step, item, id, source, reason, "controlIds")
    SELECT ${runId}::uuid, ${step}, ${item}, g.id, g.source, g.reason, ARRAY(SELECT jsonb_array_elements_text(g."controlIds"))
    FROM unnest(
      ${gaps.map(({ id }) => id)}::uuid[], ${gaps.map(({ source }) => text(source))}::text[], ${gaps.map(({ reason }) => text(reason))}::text[],
      ${gaps.map(({ controlIds }) => json(controlIds))}::jsonb[]) AS g (id, source, reason, "controlIds")`;
}

export function listGaps(tx: SqlTx, runId: string): Promise<GapRow[]> {
  return sql(tx).query<GapRow[]>`
    SELECT id, step, item, source, reason, "controlIds" FROM "Gap" WHERE "runId" = ${runId}::uuid ORDER BY step, item, source, id`;
}

export interface ControlResultRow {
  readonly controlId: string;
  readonly status: z.infer<typeof controlStatus>;
  readonly basis: z.infer<typeof basis>;
  readonly reason: string;
  readonly proposal: {
    readonly status: z.infer<typeof controlStatus>;
    readonly reason: string;
    readonly evidenceIds: readonly string[];
  } | null;
  readonly findingIds: readonly string[];
}

const proposal = control.shape.proposal.unwrap();

export async function insertControlResults(tx: SqlTx, fence: Fence, rows: readonly ControlResultRow[]): Promise<void> {
  holdFence(tx, fence);
  if (rows.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "ControlResult" ("runId", "controlId", status, basis, reason, proposal, "findingIds")
    SELECT ${fence.runId}::uuid, r."controlId", r.status, r.basis, r.reason, r.proposal, ARRAY(SELECT jsonb_array_elements_text(r."findingIds"))::uuid[]
    FROM unnest(
      ${rows.map(({ controlId }) => controlId)}::text[], ${rows.map(({ status }) => status)}::text[], ${rows.map((row) => row.basis)}::text[],
      ${rows.map(({ reason }) => text(reason))}::text[], ${rows.map((row) => (row.proposal === null ? null : json(row.proposal)))}::jsonb[],
      ${rows.map(({ findingIds }) => json(findingIds))}::jsonb[]) AS r ("controlId", status, basis, reason, proposal, "findingIds")
    ON CONFLICT ("runId", "controlId") DO UPDATE SET status = excluded.status, basis = excluded.basis, reason = excluded.reason,
      proposal = excluded.proposal, "findingIds" = excluded."findingIds"`;
}

export async function listControlResults(tx: SqlTx, runId: string): Promise<ControlResultRow[]> {
  const rows = await sql(tx).query<
    { controlId: string; status: string; basis: string | null; reason: string; proposal: unknown; findingIds: string[] }[]
  >`
    SELECT "controlId", status, basis, reason, proposal, "findingIds" FROM "ControlResult"
    WHERE "runId" = ${runId}::uuid ORDER BY "controlId"`;
  return rows.map((row) => ({
    ...row,
    status: controlStatus.parse(row.status),
    basis: basis.parse(row.basis),
    proposal: proposal.nullable().parse(row.proposal),
  }));
}

/** Replaces the run's remediation. */
export async function insertRemediation(tx: SqlTx, fence: Fence, items: readonly Remediation[]): Promise<void> {
  holdFence(tx, fence);
  const { runId } = fence;
  if (fence.attempt > 1) await sql(tx).execute`DELETE FROM "Remediation" WHERE "runId" = ${runId}::uuid`;
  if (items.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "Remediation" ("runId", id, "findingIds", title, steps, effort, priority)
    SELECT ${runId}::uuid, r.id, ARRAY(SELECT jsonb_array_elements_text(r."findingIds"))::uuid[], r.title,
      ARRAY(SELECT jsonb_array_elements_text(r.steps)), r.effort, r.priority
    FROM unnest(
      ${items.map(({ id }) => id)}::uuid[], ${items.map(({ findingIds }) => json(findingIds))}::jsonb[], ${items.map(({ title }) => text(title))}::text[],
      ${items.map(({ steps }) => json(steps.map(text)))}::jsonb[], ${items.map((item) => item.effort)}::text[],
      ${items.map(({ priority }) => priority)}::int[]) AS r (id, "findingIds", title, steps, effort, priority)`;
}

/** By priority. */
export async function listRemediation(tx: SqlTx, runId: string): Promise<Remediation[]> {
  const rows = await sql(tx).query<(Omit<Remediation, 'effort'> & { effort: string })[]>`
    SELECT id, "findingIds", title, steps, effort, priority FROM "Remediation" WHERE "runId" = ${runId}::uuid ORDER BY priority, id`;
  return rows.map((row) => ({ ...row, effort: effort.parse(row.effort) }));
}
