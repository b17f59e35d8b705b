/** Keys of requests that must be done once. Kept 24 hours. */
import { json } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

export type Claim =
  | { readonly state: 'new' | 'running' | 'mismatch' }
  | { readonly state: 'done'; readonly status: number; readonly body: unknown };

/** A request that did not settle within this was killed: its key may be claimed again. */
const RUNNING_SECONDS = 60;

export async function claimKey(
  tx: Tx,
  userId: string,
  { key, route, bodyHash }: { readonly key: string; readonly route: string; readonly bodyHash: string },
): Promise<Claim> {
  // What is over is removed rather than changed: a claim itself can never be rewritten (the role may not update it).
  await sql(tx).execute`
    DELETE FROM "IdempotencyKey" WHERE "userId" = ${userId}::uuid AND key = ${key} AND ("createdAt" < clock_timestamp() - interval '24 hours'
      OR (status IS NULL AND "createdAt" < clock_timestamp() - make_interval(secs => ${RUNNING_SECONDS}::float8)))`;
  const claimed = await sql(tx).execute`
    INSERT INTO "IdempotencyKey" ("userId", key, route, "bodyHash", "createdAt")
    VALUES (${userId}::uuid, ${key}, ${route}, ${bodyHash}, clock_timestamp()) ON CONFLICT DO NOTHING`;
  if (claimed === 1) return { state: 'new' };
  const row = await db(tx).idempotencyKey.findUnique({
    where: { userId_key: { userId, key } },
    select: { route: true, bodyHash: true, status: true, response: true },
  });
  if (row === null || row.route !== route || row.bodyHash !== bodyHash) return { state: 'mismatch' };
  return row.status === null ? { state: 'running' } : { state: 'done', status: row.status, body: row.response };
}

export async function settleKey(
  tx: SqlTx,
  userId: string,
  key: string,
  answer: { readonly status: number; readonly body: unknown },
): Promise<void> {
  await sql(tx).execute`
    UPDATE "IdempotencyKey" SET status = ${answer.status}, response = ${json(answer.body ?? null)}::jsonb WHERE "userId" = ${userId}::uuid AND key = ${key}`;
}

/** After a failure: the same key may be tried again. */
export async function releaseKey(tx: Tx, userId: string, key: string): Promise<void> {
  await db(tx).idempotencyKey.deleteMany({ where: { userId, key, status: null } });
}
