import { ExecutionDoesNotExist, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { Principal } from '../contract/principal.ts';
import type { Clock } from '../runtime/clock.ts';
import { ApiError } from '../runtime/errors.ts';
import { insertAuditEvent } from '../store/audit.ts';
import { requestCancel } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { runAccess } from './access.ts';

export interface CancelRunDeps {
  readonly store: Store;
  readonly sfn: SFNClient;
  readonly stateMachineArn: string;
  readonly clock: Clock;
}

/**
 * Raises the flag that every task looks at, then stops the analysis: the outer machine's Catch goes on and reports what was
 * collected. Asking twice is fine. @throws ApiError NOT_FOUND, FORBIDDEN, CONFLICT (it has ended),
 * UNAVAILABLE (noted, not stopped)
 */
export async function cancelRun(deps: CancelRunDeps, principal: Principal, runId: string, signal: AbortSignal): Promise<void> {
  const isFirst = await deps.store.forUser(
    principal,
    async (tx) => {
      const run = await runAccess(tx, principal, runId, 'write');
      if (run.outcome !== null) throw new ApiError('CONFLICT', `The run has ended (${run.outcome}).`);
      if (!(await requestCancel(tx, runId, deps.clock.now()))) return false;
      await insertAuditEvent(tx, { projectId: run.projectId, userId: principal.userId, action: 'run.cancel', target: runId });
      return true;
    },
    { signal },
  );
  // At most one is under way. The report first: stopped after the analysis, it would be the one that reports what was collected.
  // For the same reason a second request leaves it alone.
  if (isFirst) await stop(deps, runId, 'report', signal);
  await stop(deps, runId, 'analysis', signal);
}

/** The three machines differ in the last word of their names (infra/grants.ts), and a child is named by its run. */
async function stop(
  { sfn, stateMachineArn }: CancelRunDeps,
  runId: string,
  child: 'analysis' | 'report',
  signal: AbortSignal,
): Promise<void> {
  const machine = stateMachineArn.replace(':stateMachine:', ':execution:').replace(/-run$/, `-${child}`);
  const executionArn = `${machine}:${runId}-${child}`;
  try {
    await sfn.send(new StopExecutionCommand({ executionArn, error: 'RunCancelled', cause: 'Cancel was requested.' }), {
      abortSignal: signal,
    });
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return;
    const message = 'Cancel was noted, and the run ends with the step that it is at. To end it at once, ask again.';
    throw new ApiError('UNAVAILABLE', message, { runId }, { retryAfterSeconds: 2, cause: error });
  }
}
