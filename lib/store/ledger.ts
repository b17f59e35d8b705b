/**
 * The ledger of tool calls: written when a call starts, completed once, then immutable (a trigger sees to it). Every function
 * takes a whole batch: its number of statements does not grow with it, but for blobs, which go 8 MiB at a time.
 */
import * as z from 'zod';
import { toolCall } from '../contract/report.ts';
import { insertBlobs } from './blobs.ts';
import { StaleAttempt } from './errors.ts';
import { type Fence, holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

export { insertBlobs, readBlobs } from './blobs.ts';

export interface NewToolCall {
  readonly id: string;
  readonly planTaskId: string;
  readonly connectionId: string;
  /** A hash of the tool and its canonical arguments, at most 200 characters. */
  readonly callKey: string;
  readonly serverName: string;
  readonly serverVersion: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly startedAt: Date;
}

/** A call that this attempt now holds open. */
export interface OpenCall {
  readonly id: string;
  readonly planTaskId: string;
  readonly callKey: string;
}

export interface CompletedCall {
  readonly id: string;
  readonly status: 'ok' | 'error';
  readonly error: string | null;
  readonly durationMs: number;
  /** Of the whole result. */
  readonly resultSha256: string | null;
  readonly blobs: readonly {
    readonly index: number;
    readonly sha256: string;
    readonly bytes: number;
    readonly truncated: boolean;
    readonly derivedFrom?: number;
    readonly content: Uint8Array;
  }[];
}

const blobs = toolCall.shape.blobs;
const args = toolCall.shape.args;

export interface ToolCallRow {
  readonly id: string;
  readonly planTaskId: string;
  readonly connectionId: string;
  readonly callKey: string;
  readonly serverName: string;
  readonly serverVersion: string;
  readonly tool: string;
  readonly args: z.infer<typeof args>;
  /** Its place in the ledger; rises over the run, with holes. */
  readonly ordinal: number;
  readonly attempt: number;
  readonly startedAt: Date;
  readonly status: 'started' | 'ok' | 'error';
  readonly error: string | null;
  readonly durationMs: number | null;
  readonly resultSha256: string | null;
  readonly blobs: z.infer<typeof blobs>;
}

/**
 * Writes calls that are about to be made, in order. One that an earlier attempt left open is taken over and keeps its id and
 * place; one that is complete is left alone and is missing from the answer: read it with ledgerOf. Its door throws StaleAttempt.
 */
export async function startToolCalls(tx: SqlTx, fence: Fence, calls: readonly NewToolCall[]): Promise<OpenCall[]> {
  holdFence(tx, fence);
  return sql(tx).query<OpenCall[]>`
    INSERT INTO "ToolCall" AS held (id, "runId", "planTaskId", "connectionId", "callKey", "serverName", "serverVersion", tool, args, "startedAt", attempt, status)
    SELECT id, ${fence.runId}::uuid, "planTaskId", "connectionId", "callKey", "serverName", "serverVersion", tool, args, "startedAt", ${fence.attempt}, 'started'
    FROM unnest(
      ${calls.map(({ id }) => id)}::uuid[], ${calls.map(({ planTaskId }) => planTaskId)}::uuid[],
      ${calls.map(({ connectionId }) => connectionId)}::uuid[], ${calls.map(({ callKey }) => callKey)}::text[],
      ${calls.map(({ serverName }) => text(serverName))}::text[], ${calls.map(({ serverVersion }) => text(serverVersion))}::text[],
      ${calls.map(({ tool }) => text(tool))}::text[], ${calls.map((call) => json(call.args))}::jsonb[],
      ${calls.map(({ startedAt }) => startedAt.toISOString())}::timestamptz[]
    ) WITH ORDINALITY AS c (id, "planTaskId", "connectionId", "callKey", "serverName", "serverVersion", tool, args, "startedAt", place)
    ORDER BY place
    ON CONFLICT ("runId", "planTaskId", "callKey") DO UPDATE SET attempt = excluded.attempt, "startedAt" = excluded."startedAt"
      WHERE held.status = 'started'
    RETURNING id, "planTaskId", "callKey"`;
}

/** Completes calls that this attempt holds open, with their blobs. Throws StaleAttempt when one is not open, or not its own; then none is. */
export async function completeToolCalls(tx: SqlTx, fence: Fence, results: readonly CompletedCall[]): Promise<void> {
  holdFence(tx, fence);
  const kept = insertBlobs(
    tx,
    fence.projectId,
    results.flatMap((result) => result.blobs),
  );
  const completing = sql(tx).execute`
    UPDATE "ToolCall" AS held SET status = c.status, error = c.error, "durationMs" = c."durationMs", "resultSha256" = c."resultSha256", blobs = c.blobs
    FROM unnest(
      ${results.map(({ id }) => id)}::uuid[], ${results.map(({ status }) => status)}::text[],
      ${results.map(({ error }) => (error === null ? null : text(error)))}::text[], ${results.map(({ durationMs }) => Math.round(durationMs))}::int[],
      ${results.map(({ resultSha256 }) => resultSha256)}::text[], ${results.map((result) => json(result.blobs.map(described)))}::jsonb[]
    ) AS c (id, status, error, "durationMs", "resultSha256", blobs)
    WHERE held.id = c.id AND held."runId" = ${fence.runId}::uuid AND held.attempt = ${fence.attempt} AND held.status = 'started'`;
  const [completed] = await Promise.all([completing, kept]);
  if (completed !== results.length)
    throw new StaleAttempt(`${results.length - completed} of ${results.length} tool calls were not this attempt's to complete`);
}

const described = ({ content: _, ...blob }: CompletedCall['blobs'][number]) => blob;

/** In ledger order; of one plan task, or of the whole run. */
export async function ledgerOf(tx: SqlTx, runId: string, planTaskId?: string): Promise<ToolCallRow[]> {
  const rows = await sql(tx).query<Unread[]>`
    SELECT id, "planTaskId", "connectionId", "callKey", "serverName", "serverVersion", tool, args, ordinal, attempt, "startedAt", status, error,
      "durationMs", "resultSha256", blobs
    FROM "ToolCall" WHERE "runId" = ${runId}::uuid AND "planTaskId" = coalesce(${planTaskId ?? null}::uuid, "planTaskId") ORDER BY ordinal`;
  return rows.map(toolCallRow);
}
type Unread = Omit<ToolCallRow, 'args' | 'blobs' | 'status' | 'ordinal'> & Parameters<typeof toolCallRow>[0];

/** Some of the run's ledger: at most `limit` rows behind `ordinal` (0 at the start). */
export async function pageOfLedger(tx: Tx, runId: string, ordinal: number, limit: number): Promise<ToolCallRow[]> {
  const rows = await db(tx).toolCall.findMany({
    where: { runId, ordinal: { gt: ordinal } },
    orderBy: { ordinal: 'asc' },
    take: limit,
    select: columns,
  });
  return rows.map(toolCallRow);
}

const columns = {
  id: true,
  planTaskId: true,
  connectionId: true,
  callKey: true,
  serverName: true,
  serverVersion: true,
  tool: true,
  args: true,
  ordinal: true,
  attempt: true,
  startedAt: true,
  status: true,
  error: true,
  durationMs: true,
  resultSha256: true,
  blobs: true,
} as const;

const checked = z.object({ args, blobs, status: toolCall.shape.status, ordinal: z.coerce.number() });

/** `ordinal` is bigint to Prisma and text to the driver. */
function toolCallRow<T extends { args: unknown; blobs: unknown; status: string; ordinal: unknown }>(row: T) {
  return { ...row, ...checked.parse(row) };
}
