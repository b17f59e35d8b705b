/** The report: its sections while it is written, itself once it is sealed, and the archive of the run's progress. */
import { type Prose, prose } from '../contract/report.ts';
import type { RunRow } from './runs.ts';
import { type Fence, holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { type Changed, db, hasChanged, type SqlTx, sql, type Tx } from './tx.ts';

/** `id` is a section's, or `summary`. */
export interface SectionRow {
  readonly id: string;
  readonly title: string;
  readonly prose: Prose;
}

/** Replaces the section. Its door throws StaleAttempt. */
export async function writeSection(tx: SqlTx, fence: Fence, section: SectionRow): Promise<void> {
  holdFence(tx, fence);
  const { id, title, prose: written } = section;
  await sql(tx).execute`
    INSERT INTO "Section" ("runId", id, title, prose, origin)
    VALUES (${fence.runId}::uuid, ${id}, ${text(title)}, ${json(written)}::jsonb, ${written.origin})
    ON CONFLICT ("runId", id) DO UPDATE SET title = excluded.title, prose = excluded.prose, origin = excluded.origin`;
}

export async function listSections(tx: SqlTx, runId: string): Promise<SectionRow[]> {
  const rows = await sql(tx).query<{ id: string; title: string; prose: unknown }[]>`
    SELECT id, title, prose FROM "Section" WHERE "runId" = ${runId}::uuid ORDER BY id`;
  return rows.map((row) => ({ ...row, prose: prose.parse(row.prose) }));
}

export interface NewReport {
  readonly projectId: string;
  /** The seal's Merkle root, hex. */
  readonly root: string;
  /** Prefix of its files in object storage. */
  readonly objectKey: string;
  /** report.json. */
  readonly content: object;
}

/** False when the run has a report: the first one stands, and nothing changes it. */
export async function insertReport(
  tx: SqlTx,
  runId: string,
  { projectId, root, objectKey, content }: NewReport,
): Promise<boolean> {
  const rows = await sql(tx).query<Changed[]>`
    INSERT INTO "Report" ("runId", "projectId", root, "objectKey", content)
    VALUES (${runId}::uuid, ${projectId}::uuid, ${root}, ${objectKey}, ${json(content)}::jsonb) ON CONFLICT DO NOTHING
    RETURNING pg_current_xact_id()::text AS xid`;
  return hasChanged(tx, rows);
}

export interface ReportHead {
  readonly root: string;
  readonly objectKey: string;
  readonly createdAt: Date;
}

export function getReportHead(tx: Tx, runId: string): Promise<ReportHead | null> {
  return db(tx).report.findUnique({ where: { runId }, select: { root: true, objectKey: true, createdAt: true } });
}

/**
 * What a comparison is made with: the report of the project's last run before this one, on the same framework, that came to a result.
 * Of its fields no more than these: a report of thousands of tool calls has megabytes that a comparison never looks at.
 */
export async function previousReport(
  tx: SqlTx,
  { id, projectId, frameworkId, createdAt }: Pick<RunRow, 'id' | 'projectId' | 'frameworkId' | 'createdAt'>,
  fields: readonly string[],
): Promise<unknown> {
  const [row] = await sql(tx).query<{ content: unknown }[]>`
    SELECT (SELECT jsonb_object_agg(key, value) FROM jsonb_each(r.content) WHERE key = ANY (${fields}::text[])) AS content
    FROM "Run" p LEFT JOIN "Report" r ON r."runId" = p.id
    WHERE p."projectId" = ${projectId}::uuid AND p."frameworkId" = ${frameworkId} AND p.id <> ${id}::uuid
      AND p."createdAt" <= ${createdAt.toISOString()}::timestamptz AND p.outcome IN ('complete', 'partial')
    ORDER BY p."createdAt" DESC, p.id DESC LIMIT 1`;
  return row?.content ?? null;
}

export interface ArchivedEvent {
  readonly stream: string;
  readonly seq: number;
  readonly time: Date;
  readonly event: unknown;
}

/** Events that are in the archive already are left as they are. */
export async function archiveEvents(
  tx: SqlTx,
  runId: string,
  events: readonly (ArchivedEvent & { readonly event: object })[],
): Promise<void> {
  await sql(tx).execute`
    INSERT INTO "RunEvent" ("runId", stream, seq, time, event)
    SELECT ${runId}::uuid, e.* FROM unnest(
      ${events.map(({ stream }) => stream)}::text[], ${events.map(({ seq }) => seq)}::int[],
      ${events.map(({ time }) => time.toISOString())}::timestamptz[], ${events.map(({ event }) => json(event))}::jsonb[]) AS e
    ON CONFLICT DO NOTHING`;
}

/** Behind (stream, seq), or from the start; in the order of their times, then numbers. At most `limit`. */
export async function readArchive(
  tx: SqlTx,
  runId: string,
  after: { readonly stream: string; readonly seq: number } | null,
  limit: number,
): Promise<ArchivedEvent[]> {
  const place = after === null ? null : await placeOf(tx, runId, after);
  return sql(tx).query<ArchivedEvent[]>`
    SELECT stream, seq, time, event FROM (
      SELECT *, min(time) OVER (PARTITION BY stream) AS born FROM "RunEvent" WHERE "runId" = ${runId}::uuid) e
    WHERE ${place?.born.toISOString() ?? null}::timestamptz IS NULL
      OR (born, stream, seq) > (${place?.born.toISOString() ?? null}::timestamptz, ${after?.stream ?? ''}, ${after?.seq ?? 0})
    ORDER BY born, stream, seq LIMIT ${limit}`;
}

/** When a stream began: streams follow one another. Null when it is not in the archive: then everything is new. */
async function placeOf(tx: SqlTx, runId: string, { stream }: { readonly stream: string }): Promise<{ born: Date } | null> {
  const [row] = await sql(tx).query<
    { born: Date | null }[]
  >`SELECT min(time) AS born FROM "RunEvent" WHERE "runId" = ${runId}::uuid AND stream = ${stream}`;
  return row?.born == null ? null : { born: row.born };
}
