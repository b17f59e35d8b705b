import type { Collected } from '../agents/extraction/collected.ts';
import { collectorFor } from '../agents/extraction/collectors.ts';
import type { Capability } from '../checks/check.ts';
import type { ExtractInput, ExtractOutput } from '../contract/run-state.ts';
import { exploration } from '../contract/vocabulary.ts';
import type { PermittedSession } from '../mcp/permitted.ts';
import type { Clock } from '../runtime/clock.ts';
import { type ApprovalRow, expireApprovals, listApprovals } from '../store/approvals.ts';
import { getPlanTask, type PlanTaskRow } from '../store/plan.ts';
import type { SqlTx } from '../store/store.ts';
import { type AskingDeps, askForApproval, expiredBy, type Held, heldConnection, isWaiting, openPermitted } from './approvals.ts';
import { type ExploreDeps, exploreSource } from './explore.ts';
import { judge, type NewGap } from './judge.ts';
import { type LedgerTools, openLedgerTools } from './ledger-tools.ts';
import { runStepOn, type StepContext, type StepDeps, type StepOn, whyDegraded } from './step.ts';

export interface CollectDeps extends StepDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type ExtractDeps = CollectDeps & AskingDeps & ExploreDeps;

/**
 * Collects from one source and judges what came. Where a collector made calls that a person must approve, nothing is judged yet:
 * they are asked for, and the answer says with which approval the state machine must wait before it extracts again.
 * @throws SourceUnavailable, DeadlineExceeded, StaleAttempt, RunCancelled
 */
export async function extractSource(deps: ExtractDeps, { runId, taskId }: ExtractInput): Promise<ExtractOutput> {
  const step: StepOn<{ planTask: PlanTaskRow; held: Held }> = {
    ...stepOf(runId, taskId),
    read: async (tx) => {
      const planTask = await planTaskOf(tx, runId, taskId);
      return { planTask, held: await heldConnection(tx, planTask.connectionId) };
    },
    label: ({ planTask }) => labelOf(planTask),
  };
  const asked = await runStepOn(deps, step, async (context, { planTask, held }) => {
    const isFirst = context.fence.attempt === 1;
    const approvals = isFirst ? [] : await deps.store.forRun(runId, (tx) => listApprovals(tx, runId, taskId));
    // Delivered twice, or killed before it could say so: it waits already.
    const waiting = approvals.find((approval) => isWaiting(approval, deps.clock.now()));
    if (waiting !== undefined) return waiting;
    const session = await openPermitted(deps, context, planTask, held, approvals);
    try {
      return await collectAndJudge(deps, context, planTask, session, approvals);
    } finally {
      // Awaited, because a function that has answered is frozen, and its place among the user's ten would stay taken. Nothing is asked
      // of the source, so that one which hangs holds nothing up.
      await session.close().catch((error: unknown) => deps.logger.warn('a session did not close', { runId, error }));
    }
  });
  return asked === null ? {} : { runId, taskId, needs: 'approval', approvalId: asked.id, round: asked.round };
}

type Asked = Pick<ApprovalRow, 'id' | 'round'>;

async function collectAndJudge(
  deps: ExtractDeps,
  context: StepContext,
  planTask: PlanTaskRow,
  session: PermittedSession,
  approvals: readonly ApprovalRow[],
): Promise<Asked | null> {
  const tools = await openLedgerTools({ ...ledgerOptions(deps, context, planTask), session, unseen: 'it was not asked' });
  const look = async () => {
    const collected = await collect(deps, planTask, tools);
    const calls = tools.asked();
    const lost =
      calls.length > 0 ? null : await exploreSource(deps, context, planTask, session, tools, collected?.populations ?? []);
    return { collected, calls, lost };
  };
  // Also where it fails: what did come back belongs in the ledger.
  const { collected, calls, lost } = await look().finally(tools.kept);
  if (calls.length > 0) return askForApproval(deps, context, planTask, calls, approvals.length + 1);
  await judge(deps, context, planTask, { tools, collected, gaps: blindSpots(planTask, session), lost });
  return null;
}

/**
 * The fallback: judges what the ledger holds, and records why the rest was not seen. Nothing is asked of the source; whatever
 * was not listed keeps the population incomplete, so that no statement of absence is made.
 */
export async function recordSourceGap(deps: CollectDeps, { runId, taskId }: ExtractInput, errorName: string): Promise<void> {
  const read = (tx: SqlTx) => planTaskOf(tx, runId, taskId);
  await runStepOn(deps, { ...stepOf(runId, taskId), fallbackFor: errorName, read, label: labelOf }, async (context, planTask) => {
    const cause = context.cause ?? whyDegraded(errorName);
    const tools = await openLedgerTools({ ...ledgerOptions(deps, context, planTask), session: null, unseen: cause });
    const { source, controlIds } = planTask;
    const unanswered = await deps.store.forRun(runId, async (tx) => {
      const pending = (await listApprovals(tx, runId, taskId)).filter(({ status }) => status === 'pending');
      await expireApprovals(tx, context.fence, taskId);
      return pending;
    });
    const gaps = [cause, ...unanswered.map(expiredBy)].map((reason) => ({ source, reason, controlIds }));
    await judge(deps, context, planTask, { tools, collected: await collect(deps, planTask, tools), gaps, lost: null });
  });
}

const stepOf = (runId: string, taskId: string) => ({ runId, name: 'extract', agent: 'extraction', item: taskId }) as const;
const labelOf = ({ source, capability }: PlanTaskRow): string => `${source} (${capability})`;

const ledgerOptions = (deps: CollectDeps, context: StepContext, planTask: PlanTaskRow) => ({
  store: deps.store,
  context,
  planTask,
  signal: deps.signal,
  now: () => deps.clock.now(),
});

async function planTaskOf(tx: SqlTx, runId: string, taskId: string): Promise<PlanTaskRow> {
  const planTask = await getPlanTask(tx, runId, taskId);
  if (planTask === null) throw new Error(`plan task ${taskId} does not exist`);
  return planTask;
}

/** Null for a task without a collector: all that it brings are the calls in the ledger. */
async function collect(
  deps: CollectDeps,
  { profile, capability, scope }: PlanTaskRow,
  { call }: LedgerTools,
): Promise<Collected | null> {
  if (capability === exploration) return null;
  const collector = collectorFor(profile, capability as Capability);
  const collected = await collector(call, { asOf: deps.clock.now().toISOString(), scope });
  deps.signal.throwIfAborted();
  return collected;
}

/** A source that nothing collects and whose tools may not run shows nothing. */
function blindSpots({ source, capability, controlIds }: PlanTaskRow, { offered }: PermittedSession): NewGap[] {
  if (capability !== exploration || offered.length > 0) return [];
  return [{ source, controlIds, reason: 'None of its tools may run unattended: allow those that only read on its connection.' }];
}
