import { randomUUID } from 'node:crypto';
import { checkRows } from '../agents/extraction/check-rows.ts';
import { collectorFor } from '../agents/extraction/collectors.ts';
import type { Capability } from '../checks/check.ts';
import { evaluateChecks } from '../checks/evaluate.ts';
import { checks } from '../checks/index.ts';
import type { ExtractInput } from '../contract/run-state.ts';
import type { Connections, Session } from '../mcp/connections.ts';
import { SourceUnavailable } from '../mcp/errors.ts';
import { accessHeaders } from '../mcp/oauth/access.ts';
import type { AccessDeps } from '../mcp/oauth/renew.ts';
import { onlyReading } from '../mcp/only-reading.ts';
import { profileById } from '../mcp/profiles/index.ts';
import { custom, stateDelta } from '../progress/makers.ts';
import type { Clock } from '../runtime/clock.ts';
import { insertEvidence } from '../store/findings.ts';
import { connectionsOfRun, getPlanTask, type PlanTaskRow } from '../store/plan.ts';
import { insertCheckResults, insertGaps, insertPopulations } from '../store/results.ts';
import { finishStep } from '../store/steps.ts';
import { type LedgerTools, openLedgerTools } from './ledger-tools.ts';
import { grantsThrough } from './oauth-grants.ts';
import { whenThereIsRoom } from './room.ts';
import { runStep, type StepContext, type StepDeps } from './step.ts';

export interface CollectDeps extends StepDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ExtractDeps extends CollectDeps {
  readonly connections: Connections;
  /** What opens a connection's credentials and renews them. */
  readonly access: AccessDeps;
}

/** Collects from one source and judges what came. @throws SourceUnavailable, DeadlineExceeded, StaleAttempt, RunCancelled */
export async function extractSource(deps: ExtractDeps, { runId, taskId }: ExtractInput): Promise<void> {
  const planTask = await planTaskOf(deps, runId, taskId);
  await runStep(deps, stepOf(runId, planTask), async (context) => {
    const session = await connect(deps, context, planTask);
    try {
      const tools = await openLedgerTools({ ...ledgerOptions(deps, context, planTask), session, unseen: 'it was not asked' });
      await judge(deps, context, planTask, tools, []);
    } finally {
      // A source that hangs must not hold up the step that is done with it.
      session.close().catch((error: unknown) => deps.logger.warn('a session did not close', { runId, error }));
    }
  });
}

/**
 * The fallback: judges what the ledger holds, and records why the rest was not seen. Nothing is asked of the source; whatever
 * was not listed keeps the population incomplete, so that no statement of absence is made.
 */
export async function recordSourceGap(deps: CollectDeps, { runId, taskId }: ExtractInput, errorName: string): Promise<void> {
  const planTask = await planTaskOf(deps, runId, taskId);
  await runStep(deps, { ...stepOf(runId, planTask), fallbackFor: errorName }, async (context) => {
    const tools = await openLedgerTools({ ...ledgerOptions(deps, context, planTask), session: null, unseen: context.cause });
    const gap = { source: planTask.source, reason: context.cause, controlIds: planTask.controlIds };
    await judge(deps, context, planTask, tools, [gap]);
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

async function connect(deps: ExtractDeps, { run }: StepContext, planTask: PlanTaskRow): Promise<Session> {
  const [connection] = await deps.store.forRun(run.id, (tx) => connectionsOfRun(tx, [planTask.connectionId]));
  if (connection === undefined) throw new SourceUnavailable('unreachable', `The connection to ${planTask.source} was deleted.`);
  const grants = grantsThrough((work) => deps.store.forRun(run.id, work));
  const access = await accessHeaders({ ...deps.access, grants }, connection, deps.signal);
  const profile = profileById(connection.profile);
  const { id: connectionId, name, url, version } = connection;
  const target = { connectionId, name, url, ...access, version, repeatable: profile.readOnlyTools, runId: run.id };
  const connecting = () => deps.connections.connect({ userId: run.startedBy }, target, deps.signal);
  return onlyReading(await whenThereIsRoom(connecting, deps), profile);
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
  tools: LedgerTools,
  ownGaps: readonly NewGap[],
): Promise<void> {
  const isFallback = ownGaps.length > 0;
  const collect = collectorFor(planTask.profile, planTask.capability as Capability);
  const collecting = { asOf: deps.clock.now().toISOString(), scope: planTask.scope };
  const { evidence, populations, gaps } = await collect(tools.call, collecting);
  deps.signal.throwIfAborted();
  const results = await evaluateChecks(checks, evidence);
  deps.signal.throwIfAborted();
  const rows = checkRows(results, evidence, tools.collectedAt, randomUUID);
  // A fallback's own gap says why; naming every single thing behind it would say it a hundred times.
  const allGaps = isFallback
    ? ownGaps
    : fewer(gaps).map((reason): NewGap => ({ source: planTask.source, reason, controlIds: [] }));
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
