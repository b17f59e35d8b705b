/** What may run on a connection: the user's lists, and the definitions of its tools as first seen or last accepted. */
import * as z from 'zod';
import { type Elicitation, elicitation } from '../contract/vocabulary.ts';
import { json, text } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

const names = z.array(z.string()).default([]);
const stored = z.object({
  version: z.int(),
  policy: z.object({ allowed: names, denied: names, elicitation }),
  // Pairs, because an object with a key of the server's choice could lose `__proto__` on its way.
  pins: z.array(z.tuple([z.string(), z.string()])).transform((pairs) => new Map(pairs)),
});
export type ToolPolicyRow = z.infer<typeof stored>;

/** Null when the connection is not there. */
export async function getToolPolicy(tx: SqlTx, connectionId: string): Promise<ToolPolicyRow | null> {
  const [row] = await sql(tx).query<unknown[]>`
    SELECT version, policy, (SELECT coalesce(json_agg(json_build_array(key, value)), '[]') FROM jsonb_each_text("toolHashes")) AS pins
    FROM "Connection" WHERE id = ${connectionId}::uuid`;
  return row === undefined ? null : stored.parse(row);
}

/** Names of the tools that each connection's server was seen to list, at most 100 each, by connection. */
export async function pinnedTools(tx: SqlTx, connectionIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await sql(tx).query<{ id: string; tools: string[] }[]>`
    SELECT id, ARRAY(SELECT name FROM jsonb_object_keys("toolHashes") AS name ORDER BY name LIMIT 100) AS tools
    FROM "Connection" WHERE id = ANY (${[...connectionIds]}::uuid[])`;
  return new Map(rows.map(({ id, tools }) => [id, tools]));
}

/**
 * Pins the definitions of tools that have no pin yet; those that have keep theirs. A run may do so on its own connections. False
 * when nothing was written: the connection was changed in between (`version`), or has 2,000 pins.
 */
export async function pinTools(
  tx: SqlTx,
  connectionId: string,
  version: number,
  tools: readonly { readonly name: string; readonly sha256: string }[],
): Promise<boolean> {
  const seen = json(Object.fromEntries(tools.map(({ name, sha256 }) => [name, sha256])));
  const rows = await sql(tx).query<unknown[]>`SELECT pin_tools(${connectionId}::uuid, ${version}::int, ${seen}::jsonb)`;
  return rows.length === 1;
}

/** False when the connection is not there. */
export async function setToolPolicy(
  tx: Tx,
  userId: string,
  connectionId: string,
  policy: { readonly allowed: readonly string[]; readonly denied: readonly string[]; readonly elicitation: Elicitation },
): Promise<boolean> {
  const data = {
    policy: { allowed: policy.allowed.map(text), denied: policy.denied.map(text), elicitation: policy.elicitation },
  };
  const { count } = await db(tx).connection.updateMany({ where: { id: connectionId, userId }, data });
  return count === 1;
}

/** Pins that definition instead of the one before. False when the tool has never been seen there. */
export async function acceptTool(
  tx: SqlTx,
  userId: string,
  connectionId: string,
  { name, sha256 }: { readonly name: string; readonly sha256: string },
): Promise<boolean> {
  const changed = await sql(tx).execute`
    UPDATE "Connection" SET "toolHashes" = "toolHashes" || jsonb_build_object(${text(name)}::text, ${sha256}::text)
    WHERE id = ${connectionId}::uuid AND "userId" = ${userId}::uuid AND jsonb_exists("toolHashes", ${text(name)})`;
  return changed === 1;
}
