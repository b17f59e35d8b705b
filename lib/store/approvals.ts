/** Calls that a person must approve: asked by a run, decided once, by the person who started it (row-level security). */
import * as z from 'zod';
import { approvalCall, approvalStatus } from '../contract/api/approvals.ts';
import { type Fence, holdFence } from './steps.ts';
import { json, text } from './text.ts';
import { db, type SqlTx, sql, type Tx } from './tx.ts';

const calls = z.array(approvalCall);
export type ApprovalCall = z.infer<typeof approvalCall>;

export interface NewApproval {
  readonly id: string;
  readonly planTaskId: string;
  readonly connectionId: string;
  /** From 1: how often this plan task has asked. */
  readonly round: number;
  /** What a person calls the connection. */
  readonly server: string;
  readonly calls: readonly ApprovalCall[];
  readonly requestedAt: Date;
  readonly expiresAt: Date;
}

export interface ApprovalRow extends NewApproval {
  readonly runId: string;
  readonly status: z.infer<typeof approvalStatus>;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
}

const columns = {
  id: true,
  runId: true,
  planTaskId: true,
  connectionId: true,
  round: true,
  server: true,
  calls: true,
  requestedAt: true,
  expiresAt: true,
  status: true,
  decidedBy: true,
  decidedAt: true,
} as const;

const approvalRow = (row: Omit<ApprovalRow, 'calls' | 'status'> & { calls: unknown; status: string }): ApprovalRow => ({
  ...row,
  calls: calls.parse(row.calls),
  status: approvalStatus.parse(row.status),
});

/** Its door throws StaleAttempt, and UniqueViolation when that round was asked already. */
export async function insertApproval(tx: SqlTx, fence: Fence, approval: NewApproval): Promise<void> {
  holdFence(tx, fence);
  await sql(tx).execute`
    INSERT INTO "Approval" (id, "runId", "planTaskId", "connectionId", round, server, calls, "requestedAt", "expiresAt")
    VALUES (${approval.id}::uuid, ${fence.runId}::uuid, ${approval.planTaskId}::uuid, ${approval.connectionId}::uuid, ${approval.round}::int,
      ${text(approval.server)}, ${json(approval.calls)}::jsonb, ${approval.requestedAt.toISOString()}::timestamptz, ${approval.expiresAt.toISOString()}::timestamptz)`;
}

/** In the order in which they were asked; of one plan task, or of the whole run. */
export async function listApprovals(tx: Tx, runId: string, planTaskId?: string): Promise<ApprovalRow[]> {
  const rows = await db(tx).approval.findMany({
    where: { runId, ...(planTaskId === undefined ? {} : { planTaskId }) },
    orderBy: [{ requestedAt: 'asc' }, { id: 'asc' }],
    select: columns,
  });
  return rows.map(approvalRow);
}

export async function getApproval(tx: Tx, id: string): Promise<ApprovalRow | null> {
  const row = await db(tx).approval.findUnique({ where: { id }, select: columns });
  return row === null ? null : approvalRow(row);
}

export interface ApprovalDecision {
  readonly status: 'approved' | 'rejected';
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

/** False when it was decided before, or has expired by then. Throws NotPermitted for anybody but the run's starter. */
export async function decideApproval(tx: Tx, id: string, decision: ApprovalDecision): Promise<boolean> {
  const { count } = await db(tx).approval.updateMany({
    where: { id, status: 'pending', expiresAt: { gt: decision.decidedAt } },
    data: { ...decision },
  });
  return count === 1;
}

/** Nobody answered: what the plan task still has pending. Its door throws StaleAttempt. */
export async function expireApprovals(tx: Tx, fence: Fence, planTaskId: string): Promise<void> {
  holdFence(tx, fence);
  await db(tx).approval.updateMany({
    where: { runId: fence.runId, planTaskId, status: 'pending' },
    data: { status: 'expired' },
  });
}

/**
 * Keeps what answers the waiting state, instead of an earlier attempt's. False when the approval is no longer pending, and then the
 * caller answers itself: a decision waits for this transaction, so that one of the two always sees the other.
 */
export async function keepToken(tx: Tx, runId: string, approvalId: string, sealed: Uint8Array): Promise<boolean> {
  const [pending] = await sql(tx).query<unknown[]>`
    SELECT 1 AS pending FROM "Approval" WHERE id = ${approvalId}::uuid AND "runId" = ${runId}::uuid AND status = 'pending' FOR SHARE`;
  if (pending === undefined) return false;
  const bytes = new Uint8Array(sealed);
  await db(tx).approvalToken.upsert({
    where: { approvalId },
    create: { approvalId, runId, sealed: bytes },
    update: { sealed: bytes },
  });
  return true;
}

/** Null while no state waits. */
export async function readToken(tx: Tx, runId: string, approvalId: string): Promise<Uint8Array | null> {
  const row = await db(tx).approvalToken.findFirst({ where: { approvalId, runId }, select: { sealed: true } });
  return row?.sealed ?? null;
}
