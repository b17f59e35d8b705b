/** The plan of a run and the connections it was started with, as the run's own tasks read them. */
import * as z from 'zod';
import type { Fence } from './steps.ts';
import { holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { type SqlTx, sql } from './tx.ts';

/** What of a server is assessed, in its profile's words. */
export type Scope = z.infer<typeof scope>;
const scope = z.record(z.string(), z.string());

export function withScope<T extends { scope: unknown }>(row: T): Omit<T, 'scope'> & { scope: Scope } {
  return { ...row, scope: scope.parse(row.scope) };
}

export interface PlanTaskRow {
  readonly id: string;
  readonly position: number;
  readonly source: string;
  readonly connectionId: string;
  readonly profile: string;
  readonly scope: Scope;
  readonly capability: string;
  readonly controlIds: readonly string[];
  readonly goal: string;
  /** Tool calls that the extraction agent may make beyond the collector's; 0 without a model. */
  readonly toolBudget: number;
  /** Milliseconds for those; null: what the task itself has. */
  readonly deadlineMs: number | null;
}

/** Keyed by position: a second attempt finds the rows of the first and changes nothing. Its door throws StaleAttempt. */
export async function insertPlanTasks(tx: SqlTx, fence: Fence, tasks: readonly PlanTaskRow[]): Promise<void> {
  holdFence(tx, fence);
  if (tasks.length === 0) return;
  await sql(tx).execute`
    INSERT INTO "PlanTask" ("runId", id, position, source, "connectionId", profile, scope, capability, "controlIds", goal, "toolBudget", "deadlineMs")
    SELECT ${fence.runId}::uuid, t.id, t.position, t.source, t."connectionId", t.profile, t.scope, t.capability,
      ARRAY(SELECT jsonb_array_elements_text(t."controlIds")), t.goal, t."toolBudget", t."deadlineMs"
    FROM unnest(
      ${tasks.map(({ id }) => id)}::uuid[], ${tasks.map(({ position }) => position)}::int[], ${tasks.map(({ source }) => text(source))}::text[],
      ${tasks.map(({ connectionId }) => connectionId)}::uuid[], ${tasks.map(({ profile }) => profile)}::text[],
      ${tasks.map(({ scope: own }) => json(own))}::jsonb[], ${tasks.map(({ capability }) => capability)}::text[],
      ${tasks.map(({ controlIds }) => json(controlIds))}::jsonb[], ${tasks.map(({ goal }) => text(goal))}::text[],
      ${tasks.map(({ toolBudget }) => toolBudget)}::int[], ${tasks.map(({ deadlineMs }) => deadlineMs)}::int[]
    ) AS t (id, position, source, "connectionId", profile, scope, capability, "controlIds", goal, "toolBudget", "deadlineMs")
    ON CONFLICT ("runId", position) DO NOTHING`;
}

/** In the plan's order. */
export const listPlanTasks = (tx: SqlTx, runId: string): Promise<PlanTaskRow[]> => planTasks(tx, runId, null);

export async function getPlanTask(tx: SqlTx, runId: string, id: string): Promise<PlanTaskRow | null> {
  const [task = null] = await planTasks(tx, runId, id);
  return task;
}

async function planTasks(tx: SqlTx, runId: string, id: string | null): Promise<PlanTaskRow[]> {
  const rows = await sql(tx).query<(Omit<PlanTaskRow, 'scope'> & { readonly scope: unknown })[]>`
    SELECT id, position, source, "connectionId", profile, scope, capability, "controlIds", goal, "toolBudget", "deadlineMs"
    FROM "PlanTask" WHERE "runId" = ${runId}::uuid AND id = coalesce(${id}::uuid, id) ORDER BY position`;
  return rows.map(withScope);
}

export interface RunConnection {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly profile: string;
  readonly scope: Scope;
  readonly url: string;
  readonly authKind: string;
  /** Sealed credentials; opened only by the task that uses them. */
  readonly sealed: Uint8Array | null;
  readonly version: number;
}

/** Sorted by name, so that the same connections always make the same plan. */
export async function connectionsOfRun(tx: SqlTx, connectionIds: readonly string[]): Promise<RunConnection[]> {
  const rows = await sql(tx).query<(Omit<RunConnection, 'scope'> & { readonly scope: unknown })[]>`
    SELECT id, "userId", name, profile, scope, url, "authKind", sealed, version FROM "Connection"
    WHERE id = ANY (${connectionIds}::uuid[]) ORDER BY name`;
  return rows.map(withScope);
}
