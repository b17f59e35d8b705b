import type { SFNClient } from '@aws-sdk/client-sfn';
import type { AwaitApprovalInput } from '../contract/run-state.ts';
import type { KeyProvider } from '../keys/keys.ts';
import { custom } from '../progress/makers.ts';
import type { Progress } from '../progress/publisher.ts';
import { getApproval, keepToken } from '../store/approvals.ts';
import { getRun } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { endWait, sealToken } from './approval-token.ts';
import { toolsOf } from './approvals.ts';

export interface AwaitApprovalDeps {
  readonly store: Store;
  readonly progress: Progress;
  readonly keys: KeyProvider;
  readonly sfn: SFNClient;
  readonly signal: AbortSignal;
}

/** Of the tools' names in one event, in characters; GET /runs/{runId}/approvals has the calls whole. */
const MAX_TOOLS = 500;

/** Keeps the token for the decision and tells who watches. Where the decision is there already, it ends the wait itself. */
export async function awaitApproval(deps: AwaitApprovalDeps, input: AwaitApprovalInput): Promise<void> {
  const { runId, approvalId, taskToken } = input;
  const { run, approval } = await deps.store.forRun(runId, async (tx) => ({
    run: await getRun(tx, runId),
    approval: await getApproval(tx, approvalId),
  }));
  if (run === null || approval === null) throw new Error(`approval ${approvalId} does not exist`);
  const sealed = await sealToken(deps.keys, { approvalId, runId, startedBy: run.startedBy }, taskToken);
  if (!(await deps.store.forRun(runId, (tx) => keepToken(tx, runId, approvalId, sealed)))) {
    return endWait(deps.sfn, taskToken, deps.signal);
  }
  const { server, expiresAt } = approval;
  const value = { approvalId, server, tool: toolsOf(approval).slice(0, MAX_TOOLS), expiresAt: expiresAt.toISOString() };
  await deps.progress.publish({ runId, projectId: run.projectId, epoch: run.epoch }, [custom({ name: 'assay.approval', value })]);
}
