/** Keys of requests that must be done once. Kept 24 hours. */
import { json } from './text.ts';
import { type Changed, hasChanged, type SqlTx, sql } from './tx.ts';

export type Claim =
  | { readonly state: 'new' | 'running' | 'mismatch' }
  | { readonly state: 'done'; readonly status: number; readonly body: unknown };

/** A request that did not settle within this was killed: its key may be claimed again. */
const RUNNING_SECONDS = 60;

interface ClaimRow {
  readonly route: string;
  readonly bodyHash: string;
  readonly status: number | null;
  readonly response: unknown;
}

export async function claimKey(
  tx: SqlTx,
  userId: string,
  { key, route, bodyHash }: { readonly key: string; readonly route: string; readonly bodyHash: string },
): Promise<Claim> {
  // What is over is removed rather than changed: a claim itself can never be rewritten (the role may not update it).
  const removed = sql(tx).execute`
    DELETE FROM "IdempotencyKey" WHERE "userId" = ${userId}::uuid AND key = ${key} AND ("createdAt" < clock_timestamp() - interval '24 hours'
      OR (status IS NULL AND "createdAt" < clock_timestamp() - make_interval(secs => ${RUNNING_SECONDS}::float8)))`;
  const inserted = sql(tx).query<Changed[]>`
    INSERT INTO "IdempotencyKey" ("userId", key, route, "bodyHash", "createdAt")
    VALUES (${userId}::uuid, ${key}, ${route}, ${bodyHash}, clock_timestamp()) ON CONFLICT DO NOTHING
    RETURNING pg_current_xact_id()::text AS xid`;
  const [, claimed] = await Promise.all([removed, inserted]);
  if (hasChanged(tx, claimed)) return { state: 'new' };
  const [row] = await sql(tx).query<ClaimRow[]>`
    SELECT route, "bodyHash", status, response FROM "IdempotencyKey" WHERE "userId" = ${userId}::uuid AND key = ${key}`;
  if (row === undefined || row.route !== route || row.bodyHash !== bodyHash) return { state: 'mismatch' };
  return row.status === null ? { state: 'running' } : { state: 'done', status: row.status, body: row.response };
}

export async function settleKey(
  tx: SqlTx,
  userId: string,
  key: string,
  answer: { readonly status: number; readonly body: unknown },
): Promise<void> {
  const rows = await sql(tx).query<Changed[]>`
    UPDATE "IdempotencyKey" SET status = ${answer.status}, response = ${json(answer.body ?? null)}::jsonb WHERE "userId" = ${userId}::uuid AND key = ${key}
    RETURNING pg_current_xact_id()::text AS xid`;
  hasChanged(tx, rows);
}

/** After a failure: the same key may be tried again. */
export async function releaseKey(tx: SqlTx, userId: string, key: string): Promise<void> {
  await sql(tx).execute`DELETE FROM "IdempotencyKey" WHERE "userId" = ${userId}::uuid AND key = ${key} AND status IS NULL`;
}
