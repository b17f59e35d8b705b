import { randomUUID } from 'node:crypto';
import { checkRows } from '../agents/extraction/check-rows.ts';
import type { Collected } from '../agents/extraction/collected.ts';
import { collectorFor } from '../agents/extraction/collectors.ts';
import type { Capability } from '../checks/check.ts';
import { evaluateChecks } from '../checks/evaluate.ts';
import { checks } from '../checks/index.ts';
import type { ExtractInput, ExtractOutput } from '../contract/run-state.ts';
import type { PermittedSession } from '../mcp/permitted.ts';
import { custom, stateDelta } from '../progress/makers.ts';
import type { Clock } from '../runtime/clock.ts';
import { type ApprovalRow, expireApprovals, listApprovals } from '../store/approvals.ts';
import { insertEvidence } from '../store/findings.ts';
import { getPlanTask, type PlanTaskRow } from '../store/plan.ts';
import { insertCheckResults, insertGaps, insertPopulations } from '../store/results.ts';
import { finishStep } from '../store/steps.ts';
import { type AskingDeps, askForApproval, expiredBy, isWaiting, openPermitted } from './approvals.ts';
import { type LedgerTools, openLedgerTools } from './ledger-tools.ts';
import { runStep, type StepContext, type StepDeps } from './step.ts';

export interface CollectDeps extends StepDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export type ExtractDeps = CollectDeps & AskingDeps;

/**
 * Collects from one source and judges what came. Where a collector made calls that a person must approve, nothing is judged yet:
 * they are asked for, and the answer says with which approval the state machine must wait before it extracts again.
 * @throws SourceUnavailable, DeadlineExceeded, StaleAttempt, RunCancelled
 */
export async function extractSource(deps: ExtractDeps, { runId, taskId }: ExtractInput): Promise<ExtractOutput> {
  const planTask = await planTaskOf(deps, runId, taskId);
  const asked = await runStep(deps, stepOf(runId, planTask), async (context) => {
    const approvals = await deps.store.forRun(runId, (tx) => listApprovals(tx, runId, taskId));
    // Delivered twice, or killed before it could say so: it waits already.
    const waiting = approvals.find((approval) => isWaiting(approval, deps.clock.now()));
    if (waiting !== undefined) return waiting;
    const session = await openPermitted(deps, context, planTask, approvals);
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
  const collected = await collect(deps, planTask, tools);
  const calls = tools.asked();
  if (calls.length > 0) return askForApproval(deps, context, planTask, calls, approvals.length + 1);
  await judge(deps, context, planTask, { tools, collected }, []);
  return null;
}

/**
 * The fallback: judges what the ledger holds, and records why the rest was not seen. Nothing is asked of the source; whatever
 * was not listed keeps the population incomplete, so that no statement of absence is made.
 */
export async function recordSourceGap(deps: CollectDeps, { runId, taskId }: ExtractInput, errorName: string): Promise<void> {
  const planTask = await planTaskOf(deps, runId, taskId);
  await runStep(deps, { ...stepOf(runId, planTask), fallbackFor: errorName }, async (context) => {
    const tools = await openLedgerTools({ ...ledgerOptions(deps, context, planTask), session: null, unseen: context.cause });
    const { source, controlIds } = planTask;
    const unanswered = await deps.store.forRun(runId, async (tx) => {
      const pending = (await listApprovals(tx, runId, taskId)).filter(({ status }) => status === 'pending');
      await expireApprovals(tx, context.fence, taskId);
      return pending;
    });
    const gaps = [context.cause, ...unanswered.map(expiredBy)].map((reason) => ({ source, reason, controlIds }));
    await judge(deps, context, planTask, { tools, collected: await collect(deps, planTask, tools) }, gaps);
  });
}

const stepOf = (runId: string, planTask: PlanTaskRow) =>
  ({
    runId,
    name: 'extract',
    agent: 'extraction',
    item: planTask.id,
    label: `${planTask.source} (${planTask.capability})`,
  }) as const;

const ledgerOptions = (deps: CollectDeps, context: StepContext, planTask: PlanTaskRow) => ({
  store: deps.store,
  context,
  planTask,
  signal: deps.signal,
  now: () => deps.clock.now(),
});

async function planTaskOf({ store }: StepDeps, runId: string, taskId: string): Promise<PlanTaskRow> {
  const planTask = await store.forRun(runId, (tx) => getPlanTask(tx, runId, taskId));
  if (planTask === null) throw new Error(`plan task ${taskId} does not exist`);
  return planTask;
}

async function collect(
  deps: CollectDeps,
  { profile, capability, scope }: PlanTaskRow,
  { call }: LedgerTools,
): Promise<Collected> {
  const collector = collectorFor(profile, capability as Capability);
  const collected = await collector(call, { asOf: deps.clock.now().toISOString(), scope });
  deps.signal.throwIfAborted();
  return collected;
}

interface NewGap {
  readonly source: string;
  readonly reason: string;
  readonly controlIds: readonly string[];
}

/** Everything that the step found is written in one transaction with its end. */
async function judge(
  deps: CollectDeps,
  { run, fence, cause, publish }: StepContext,
  planTask: PlanTaskRow,
  { tools, collected }: { readonly tools: LedgerTools; readonly collected: Collected },
  ownGaps: readonly NewGap[],
): Promise<void> {
  const isFallback = ownGaps.length > 0;
  const { evidence, populations, gaps } = collected;
  const results = await evaluateChecks(checks, evidence);
  deps.signal.throwIfAborted();
  const rows = checkRows(results, evidence, tools.collectedAt, randomUUID);
  // A fallback's own gap says why; naming every single thing behind it would say it a hundred times.
  const allGaps = isFallback
    ? ownGaps
    : [
        ...tools.refused().map((reason): NewGap => ({ source: planTask.source, reason, controlIds: planTask.controlIds })),
        ...fewer(gaps).map((reason): NewGap => ({ source: planTask.source, reason, controlIds: [] })),
      ];
  await deps.store.forRun(run.id, async (tx) => {
    await insertEvidence(tx, fence, rows.evidence);
    await insertCheckResults(
      tx,
      fence,
      rows.checks.map((row) => ({ planTaskId: planTask.id, ...row })),
    );
    await insertPopulations(
      tx,
      fence,
      populations.map((population) => ({ planTaskId: planTask.id, ...population })),
    );
    await insertGaps(
      tx,
      fence,
      allGaps.map((gap) => ({ id: randomUUID(), ...gap })),
    );
    await finishStep(tx, fence, { status: 'done', ...(isFallback ? { reason: cause } : {}) });
  });
  await publish([
    ...allGaps.map(({ source, reason, controlIds }) =>
      custom({ name: 'assay.gap', value: { source, step: 'extract', reason, controls: [...controlIds] } }),
    ),
    stateDelta({ add: { gaps: allGaps.length } }),
  ]);
}

/** Single things named one by one; the rest as a number. */
const MAX_GAPS = 20;

function fewer(gaps: readonly string[]): string[] {
  if (gaps.length <= MAX_GAPS) return [...gaps];
  return [...gaps.slice(0, MAX_GAPS - 1), `${gaps.length - MAX_GAPS + 1} more files or folders could not be read`];
}
