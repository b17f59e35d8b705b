/** The plan of a run and the connections it was started with, as the run's own tasks read them. */
import type { Fence } from './steps.ts';
import { assertFence } from './steps.ts';
import { db, type Tx } from './tx.ts';

export interface PlanTaskRow {
  readonly id: string;
  readonly position: number;
  readonly source: string;
  readonly connectionId: string;
  readonly capability: string;
  readonly controlIds: readonly string[];
  readonly goal: string;
}

const columns = {
  id: true,
  position: true,
  source: true,
  connectionId: true,
  capability: true,
  controlIds: true,
  goal: true,
} as const;

/** Keyed by position: a second attempt finds the rows of the first and changes nothing. Throws StaleAttempt. */
export async function insertPlanTasks(tx: Tx, fence: Fence, tasks: readonly PlanTaskRow[]): Promise<void> {
  await assertFence(tx, fence);
  await db(tx).planTask.createMany({
    data: tasks.map((task) => ({ ...task, controlIds: [...task.controlIds], runId: fence.runId })),
    skipDuplicates: true,
  });
}

/** In the plan's order. */
export const listPlanTasks = (tx: Tx, runId: string): Promise<PlanTaskRow[]> =>
  db(tx).planTask.findMany({ where: { runId }, orderBy: { position: 'asc' }, select: columns });

export const getPlanTask = (tx: Tx, runId: string, id: string): Promise<PlanTaskRow | null> =>
  db(tx).planTask.findFirst({ where: { runId, id }, select: columns });

export interface RunConnection {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly profile: string;
  readonly url: string;
  readonly authKind: string;
  /** Sealed credentials; opened only by the task that uses them. */
  readonly sealed: Uint8Array | null;
  readonly version: number;
}

/** Sorted by name, so that the same connections always make the same plan. */
export const connectionsOfRun = (tx: Tx, connectionIds: readonly string[]): Promise<RunConnection[]> =>
  db(tx).connection.findMany({
    where: { id: { in: [...connectionIds] } },
    orderBy: { name: 'asc' },
    select: { id: true, userId: true, name: true, profile: true, url: true, authKind: true, sealed: true, version: true },
  });
