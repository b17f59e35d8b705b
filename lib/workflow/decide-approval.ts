import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Principal } from '../contract/principal.ts';
import type { KeyProvider } from '../keys/keys.ts';
import type { Clock } from '../runtime/clock.ts';
import { ApiError } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { type ApprovalDecision, decideApproval, getApproval, readToken } from '../store/approvals.ts';
import { insertAuditEvent } from '../store/audit.ts';
import type { RunRow } from '../store/runs.ts';
import type { Store, Tx } from '../store/store.ts';
import { runAccess } from './access.ts';
import { endWait, openToken } from './approval-token.ts';

export interface DecideDeps {
  readonly store: Store;
  readonly sfn: SFNClient;
  readonly keys: KeyProvider;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type Decision = 'approve' | 'reject';

/**
 * Records what the run's starter says of one exact set of calls, then ends the wait. Saying the same again is fine and changes
 * nothing, so that an answer that got lost can be asked for once more. @throws ApiError NOT_FOUND, FORBIDDEN (somebody else started
 * the run), CONFLICT (decided otherwise, expired, or the run has ended), UNAVAILABLE (noted, but the run was not told)
 */
export async function decide(
  deps: DecideDeps,
  principal: Principal,
  approvalId: string,
  decision: Decision,
  signal: AbortSignal,
): Promise<{ readonly runId: string }> {
  const decided = {
    status: decision === 'approve' ? 'approved' : 'rejected',
    decidedBy: principal.userId,
    decidedAt: deps.clock.now(),
  } as const;
  const run = await deps.store.forUser(principal, (tx) => record(tx, principal, approvalId, decided), { signal });
  await deliver(deps, run, approvalId, signal);
  return { runId: run.id };
}

async function record(tx: Tx, principal: Principal, approvalId: string, decision: ApprovalDecision): Promise<RunRow> {
  const approval = await getApproval(tx, approvalId);
  if (approval === null) throw new ApiError('NOT_FOUND', 'There is no such approval.');
  const run = await runAccess(tx, principal, approval.runId, 'write');
  if (run.startedBy !== principal.userId) throw new ApiError('FORBIDDEN', 'Only the person who started the run may decide this.');
  if (approval.status === decision.status) return run;
  if (run.outcome !== null || run.cancelRequestedAt !== null)
    throw new ApiError('CONFLICT', 'The run has ended or was cancelled.');
  if (approval.status === 'approved' || approval.status === 'rejected') {
    throw new ApiError('CONFLICT', `It was ${approval.status} before, and that stands.`);
  }
  if (!(await decideApproval(tx, approvalId, decision))) {
    throw new ApiError('CONFLICT', 'It has expired, or was decided at the same time. Look at it again.');
  }
  await insertAuditEvent(tx, {
    projectId: run.projectId,
    userId: principal.userId,
    action: `approval.${decision.status === 'approved' ? 'approve' : 'reject'}`,
    target: approvalId,
    detail: { runId: run.id, calls: approval.calls.length },
  });
  return run;
}

/** Through the run's own door: no person reads tokens. Without one no state waits yet, and the one that will finds the decision. */
async function deliver(
  deps: DecideDeps,
  { id: runId, startedBy }: RunRow,
  approvalId: string,
  signal: AbortSignal,
): Promise<void> {
  try {
    const sealed = await deps.store.forRun(runId, (tx) => readToken(tx, runId, approvalId), { signal });
    if (sealed === null) return;
    await endWait(deps.sfn, await openToken(deps.keys, { approvalId, runId, startedBy }, sealed), signal);
  } catch (error) {
    deps.logger.error('a decision was not delivered', { runId, error });
    const message = 'The decision was noted, but the run was not told. Ask once more.';
    throw new ApiError('UNAVAILABLE', message, { runId }, { retryAfterSeconds: 2, cause: error });
  }
}
