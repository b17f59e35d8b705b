/** Findings and the evidence that they rest on. Same rules as results.ts. */
import { type EvidenceItem, evidence, finding, type Prose } from '../contract/report.ts';
import { type Severity, severity } from '../contract/vocabulary.ts';
import { type Fence, holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

export interface FindingRow {
  readonly id: string;
  readonly checkId: string | null;
  readonly planTaskId: string | null;
  readonly controlIds: readonly string[];
  readonly severity: Severity;
  readonly title: string;
  readonly description: Prose;
  readonly recommendation: string;
  readonly evidenceIds: readonly string[];
  readonly origin: { readonly kind: 'check'; readonly id: string } | { readonly kind: 'model'; readonly name: string };
  readonly firstSeenRunId: string;
}

/** Throws UniqueViolation when another step has the same check's finding on the same plan task. */
export async function insertFindings(tx: SqlTx, fence: Fence, rows: readonly FindingRow[]): Promise<void> {
  holdFence(tx, fence);
  const { runId, step, item } = fence;
  if (fence.attempt > 1)
    await sql(tx).execute`DELETE FROM "Finding" WHERE "runId" = ${runId}::uuid AND step = ${step} AND item = ${item}`;
  if (rows.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "Finding" ("runId", step, item, id, "checkId", "planTaskId", "controlIds", severity, title, description, recommendation, "evidenceIds", origin, "firstSeenRunId")
    SELECT ${runId}::uuid, ${step}, ${item}, r.id, r."checkId", r."planTaskId", ARRAY(SELECT jsonb_array_elements_text(r."controlIds")), r.severity, r.title,
      r.description, r.recommendation, ARRAY(SELECT jsonb_array_elements_text(r."evidenceIds"))::uuid[], r.origin, r."firstSeenRunId"
    FROM unnest(
      ${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ checkId }) => checkId)}::text[], ${rows.map(({ planTaskId }) => planTaskId)}::uuid[],
      ${rows.map(({ controlIds }) => json(controlIds))}::jsonb[], ${rows.map((row) => row.severity)}::text[], ${rows.map(({ title }) => text(title))}::text[],
      ${rows.map(({ description }) => json(description))}::jsonb[], ${rows.map(({ recommendation }) => text(recommendation))}::text[],
      ${rows.map(({ evidenceIds }) => json(evidenceIds))}::jsonb[], ${rows.map(({ origin }) => json(origin))}::jsonb[],
      ${rows.map(({ firstSeenRunId }) => firstSeenRunId)}::uuid[]
    ) AS r (id, "checkId", "planTaskId", "controlIds", severity, title, description, recommendation, "evidenceIds", origin, "firstSeenRunId")`;
}

const columns = {
  id: true,
  checkId: true,
  planTaskId: true,
  controlIds: true,
  severity: true,
  title: true,
  description: true,
  recommendation: true,
  evidenceIds: true,
  origin: true,
  firstSeenRunId: true,
} as const;

/** In a fixed order. In a run's own door also of the project's finished runs. */
export async function listFindings(tx: SqlTx, runId: string): Promise<FindingRow[]> {
  const rows = await sql(tx).query<
    (Parameters<typeof findingRow>[0] & Omit<FindingRow, 'severity' | 'description' | 'origin'>)[]
  >`
    SELECT id, "checkId", "planTaskId", "controlIds", severity, title, description, recommendation, "evidenceIds", origin, "firstSeenRunId"
    FROM "Finding" WHERE "runId" = ${runId}::uuid ORDER BY "checkId", id`;
  return rows.map(findingRow);
}

export async function getFinding(tx: Tx, findingId: string): Promise<(FindingRow & { readonly runId: string }) | null> {
  const row = await db(tx).finding.findUnique({ where: { id: findingId }, select: { ...columns, runId: true } });
  return row === null ? null : { ...findingRow(row), runId: row.runId };
}

function findingRow<T extends { severity: string; description: unknown; origin: unknown }>(row: T) {
  const { description, origin } = finding.shape;
  return {
    ...row,
    severity: severity.parse(row.severity),
    description: description.parse(row.description),
    origin: origin.parse(row.origin),
  };
}

/** In the order given, which is the order of the seal. */
export async function insertEvidence(tx: SqlTx, fence: Fence, items: readonly EvidenceItem[]): Promise<void> {
  holdFence(tx, fence);
  const { runId, step, item } = fence;
  if (fence.attempt > 1)
    await sql(tx).execute`DELETE FROM "Evidence" WHERE "runId" = ${runId}::uuid AND step = ${step} AND item = ${item}`;
  if (items.length === 0) return;
  const rows = items.map(evidenceColumns);
  await sql(tx).execute`
    INSERT INTO "Evidence" ("runId", step, item, id, kind, "toolCallIds", "blobSha256s", start, "end", quote, state, predicate, count, statement, "collectedAt")
    SELECT ${runId}::uuid, ${step}, ${item}, r.id, r.kind, ARRAY(SELECT jsonb_array_elements_text(r."toolCallIds"))::uuid[],
      ARRAY(SELECT jsonb_array_elements_text(r."blobSha256s")), r.start, r."end", r.quote, r.state, r.predicate, r.count, r.statement, r."collectedAt"
    FROM unnest(
      ${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ kind }) => kind)}::text[], ${rows.map(({ toolCallIds }) => json(toolCallIds))}::jsonb[],
      ${rows.map(({ blobSha256s }) => json(blobSha256s))}::jsonb[], ${rows.map(({ start }) => start)}::int[], ${rows.map(({ end }) => end)}::int[],
      ${rows.map(({ quote }) => quote)}::text[], ${rows.map(({ state }) => state)}::text[], ${rows.map(({ predicate }) => predicate)}::jsonb[],
      ${rows.map(({ count }) => count)}::int[], ${rows.map(({ statement }) => statement)}::text[], ${rows.map(({ collectedAt }) => collectedAt)}::timestamptz[]
    ) WITH ORDINALITY AS r (id, kind, "toolCallIds", "blobSha256s", start, "end", quote, state, predicate, count, statement, "collectedAt", place)
    ORDER BY place`;
}

function evidenceColumns(item: EvidenceItem) {
  const { id, kind, collectedAt } = item;
  if (item.kind === 'excerpt') {
    const { toolCallId, blobSha256, start, end, quote, state } = item;
    const none = { predicate: null, count: null, statement: null };
    return {
      id,
      kind,
      collectedAt,
      toolCallIds: [toolCallId],
      blobSha256s: [blobSha256],
      start,
      end,
      quote: text(quote),
      state,
      ...none,
    };
  }
  const { toolCallIds, blobSha256s, predicate, count, statement } = item;
  const none = { start: null, end: null, quote: null, state: null };
  return {
    id,
    kind,
    collectedAt,
    toolCallIds,
    blobSha256s,
    predicate: json(predicate),
    count,
    statement: text(statement),
    ...none,
  };
}

const evidenceSelect = {
  id: true,
  kind: true,
  toolCallIds: true,
  blobSha256s: true,
  start: true,
  end: true,
  quote: true,
  state: true,
  predicate: true,
  count: true,
  statement: true,
  collectedAt: true,
} as const;

/** By plan task, then by group of controls, then in the order in which it was written: tasks that run side by side leave no trace in it. */
export async function listEvidence(tx: SqlTx, runId: string): Promise<EvidenceItem[]> {
  const rows = await sql(tx).query<Parameters<typeof evidenceItem>[0][]>`
    SELECT e.id, e.kind, e."toolCallIds", e."blobSha256s", e.start, e."end", e.quote, e.state, e.predicate, e.count, e.statement, e."collectedAt"
    FROM "Evidence" e LEFT JOIN "PlanTask" t ON t."runId" = e."runId" AND t.id::text = e.item
    WHERE e."runId" = ${runId}::uuid
    ORDER BY t.position NULLS LAST, e.step, e.item, e.ordinal`;
  return rows.map(evidenceItem);
}

export async function getEvidence(tx: Tx, runId: string, evidenceId: string): Promise<EvidenceItem | null> {
  const row = await db(tx).evidence.findFirst({ where: { runId, id: evidenceId }, select: evidenceSelect });
  return row === null ? null : evidenceItem(row);
}

/** The schema keeps what belongs to the kind. */
function evidenceItem(row: { toolCallIds: string[]; blobSha256s: string[]; collectedAt: Date }): EvidenceItem {
  return evidence.parse({
    ...row,
    toolCallId: row.toolCallIds[0],
    blobSha256: row.blobSha256s[0],
    collectedAt: row.collectedAt.toISOString(),
  });
}
