import { randomUUID } from 'node:crypto';
import { checkRows } from '../agents/extraction/check-rows.ts';
import type { Collected } from '../agents/extraction/collected.ts';
import { evaluateChecks } from '../checks/evaluate.ts';
import { checks } from '../checks/index.ts';
import { custom, stateDelta } from '../progress/makers.ts';
import { insertEvidence } from '../store/findings.ts';
import type { PlanTaskRow } from '../store/plan.ts';
import { insertCheckResults, insertGaps, insertPopulations } from '../store/results.ts';
import { finishStep } from '../store/steps.ts';
import type { LedgerTools } from './ledger-tools.ts';
import { degraded, endOf, type StepContext, type StepDeps } from './step.ts';

export interface JudgeDeps extends StepDeps {
  readonly signal: AbortSignal;
}

export interface NewGap {
  readonly source: string;
  readonly reason: string;
  readonly controlIds: readonly string[];
}

export interface Found {
  readonly tools: LedgerTools;
  readonly collected: Collected | null;
  readonly gaps: readonly NewGap[];
  /** Why the agent's part is missing; null when it is not. */
  readonly lost: string | null;
}

/** Everything that the step found is written in one transaction with its end. */
export async function judge(
  deps: JudgeDeps,
  { fence, cause, publish, write }: StepContext,
  planTask: PlanTaskRow,
  { tools, collected, gaps, lost }: Found,
): Promise<void> {
  const populations = collected?.populations ?? [];
  const rows = collected === null ? { evidence: [], checks: [] } : await checked(deps, collected, tools);
  const gapOf = (controlIds: readonly string[]) => (reason: string) => ({ source: planTask.source, reason, controlIds });
  // A fallback's own gap says why; naming every single thing behind it would say it a hundred times.
  const further =
    cause === null
      ? [
          ...tools.refused().map(gapOf(planTask.controlIds)),
          ...fewer(collected?.gaps ?? [], 'files or folders could not be read').map(gapOf([])),
          ...fewer(tools.questions(), 'questions of the server').map(gapOf([])),
        ]
      : [];
  const allGaps: readonly NewGap[] = [...gaps, ...further];
  await write(async (tx) => {
    const ofTask = { planTaskId: planTask.id };
    const checkResults = rows.checks.map((row) => ({ ...ofTask, ...row }));
    const counted = populations.map((population) => ({ ...ofTask, ...population }));
    const identified = allGaps.map((gap) => ({ id: randomUUID(), ...gap }));
    await Promise.all([
      insertEvidence(tx, fence, rows.evidence),
      insertCheckResults(tx, fence, checkResults),
      insertPopulations(tx, fence, counted),
      insertGaps(tx, fence, identified),
      finishStep(tx, fence, endOf(cause ?? lost)),
    ]);
  });
  publish([
    ...(lost === null ? [] : degraded('extract', lost)),
    ...allGaps.map(({ source, reason, controlIds }) =>
      custom({ name: 'assay.gap', value: { source, step: 'extract', reason, controls: [...controlIds] } }),
    ),
    stateDelta({ add: { gaps: allGaps.length } }),
  ]);
}

async function checked(deps: JudgeDeps, { evidence }: Collected, { collectedAt }: LedgerTools) {
  const results = await evaluateChecks(checks, evidence);
  deps.signal.throwIfAborted();
  return checkRows(results, evidence, collectedAt, randomUUID);
}

/** Single things named one by one; the rest as a number. */
const MAX_GAPS = 20;

function fewer(gaps: readonly string[], others: string): string[] {
  if (gaps.length <= MAX_GAPS) return [...gaps];
  return [...gaps.slice(0, MAX_GAPS - 1), `${gaps.length - MAX_GAPS + 1} more ${others}`];
}
