/** The model's part of the ledger: one row per answer or failure, never changed. */
import * as z from 'zod';
import { type Fence, holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

const status = z.enum(['ok', 'error']);

export interface NewModelCall {
  readonly id: string;
  /** Hash of kind, schema and messages. */
  readonly callKey: string;
  readonly kind: string;
  readonly schema: string;
  readonly model: string;
  readonly startedAt: Date;
  readonly durationMs: number;
  readonly status: z.infer<typeof status>;
  /** An error's name. */
  readonly error: string | null;
  readonly finishReason: string | null;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** As validated; null for a failure. */
  readonly answer: object | null;
}

/** Those that are there already stay as they are. Its door throws StaleAttempt. */
export async function insertModelCalls(tx: SqlTx, fence: Fence, calls: readonly NewModelCall[]): Promise<void> {
  if (calls.length === 0) return;
  holdFence(tx, fence);
  const { runId, step, item, attempt } = fence;
  const insert = (call: NewModelCall) => sql(tx).execute`
      INSERT INTO "ModelCall" (id, "runId", step, item, attempt, "callKey", kind, schema, model, "startedAt", "durationMs", status, error, "finishReason",
        "promptTokens", "completionTokens", answer)
      VALUES (${call.id}::uuid, ${runId}::uuid, ${step}, ${item}, ${attempt}::int, ${call.callKey}, ${call.kind}, ${call.schema}, ${text(call.model)},
        ${call.startedAt.toISOString()}::timestamptz, ${Math.round(call.durationMs)}::int, ${call.status}, ${call.error}, ${call.finishReason},
        ${Math.round(call.promptTokens)}::int, ${Math.round(call.completionTokens)}::int, ${call.answer === null ? null : json(call.answer)}::jsonb)
      ON CONFLICT (id) DO NOTHING`;
  await Promise.all(calls.map(insert));
}

/** What a step was answered so far, by key: a retry is given the same again. */
export async function modelAnswers(tx: Tx, runId: string, step: string, item: string): Promise<ReadonlyMap<string, unknown>> {
  const rows = await db(tx).modelCall.findMany({
    where: { runId, step, item, status: 'ok' },
    orderBy: { ordinal: 'asc' },
    select: { callKey: true, answer: true },
  });
  return new Map(rows.map(({ callKey, answer }) => [callKey, answer]));
}

export interface ModelUsage {
  /** The first that was asked; null when none was. */
  readonly model: string | null;
  readonly calls: number;
  readonly failed: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Of the whole run. */
export async function modelUsage(tx: SqlTx, runId: string): Promise<ModelUsage> {
  const [row] = await sql(tx).query<
    { model: string | null; calls: number; failed: number; prompt: number; completion: number }[]
  >`
    SELECT (array_agg(model ORDER BY ordinal))[1] AS model, count(*)::int AS calls, (count(*) FILTER (WHERE status = 'error'))::int AS failed,
      coalesce(sum("promptTokens"), 0)::int AS prompt, coalesce(sum("completionTokens"), 0)::int AS completion
    FROM "ModelCall" WHERE "runId" = ${runId}::uuid`;
  return {
    model: row?.model ?? null,
    calls: row?.calls ?? 0,
    failed: row?.failed ?? 0,
    promptTokens: row?.prompt ?? 0,
    completionTokens: row?.completion ?? 0,
  };
}
