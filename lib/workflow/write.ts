import type { Model } from '../agents/model.ts';
import { planWithModel } from '../agents/remediation/plan.ts';
import { writeSectionWithModel, writeSummaryWithModel } from '../agents/report/write.ts';
import type { Prose } from '../contract/report.ts';
import type { SectionInput } from '../contract/run-state.ts';
import { sectionTitles } from '../report/prose.ts';
import { findingSection } from '../report/sections.ts';
import type { Clock } from '../runtime/clock.ts';
import { writeSection } from '../store/report.ts';
import { insertRemediation } from '../store/results.ts';
import { finishStep } from '../store/steps.ts';
import type { SqlTx } from '../store/store.ts';
import { reportSoFar } from './report-so-far.ts';
import { endOf, fallbackOf, runStep, type StepContext, type StepDeps, type StepOf } from './step.ts';
import { type ModelDeps, modelOf } from './step-model.ts';

export interface WriteDeps extends StepDeps, ModelDeps {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/*
 * The prose that figures make (lib/report/prose.ts) is computed when the report is assembled, because until then the figures can
 * still change. So without a model these steps have nothing to store: that one ended well, or which fallback took its place, is
 * what the report says of it. What a model writes is stored as it came, and assembly prints what of it holds.
 */

/** One section of the report; the one on weaknesses also describes the findings. */
export const writeOneSection = (deps: WriteDeps, { runId, sectionId }: SectionInput, errorName?: string): Promise<void> =>
  settle(deps, { runId, name: 'section', agent: 'report', item: sectionId }, errorName, async (model, context) => {
    const { report } = await reportSoFar(deps, context);
    const { prose, findings } = await writeSectionWithModel(model, report, sectionId);
    const rows = [...findings].map(([id, description]) => ({ id: findingSection(id), title: '', prose: description }));
    if (prose !== null) rows.push({ id: sectionId, title: sectionTitles[sectionId], prose });
    return async (tx) => {
      await Promise.all(rows.map((row) => writeSection(tx, context.fence, row)));
    };
  });

/** The executive summary. */
export const writeRunSummary = (deps: WriteDeps, runId: string, errorName?: string): Promise<void> =>
  settle(deps, { runId, name: 'summarise', agent: 'report', item: '' }, errorName, async (model, context) => {
    const { report } = await reportSoFar(deps, context);
    const prose: Prose | null = await writeSummaryWithModel(model, report);
    return async (tx) => {
      if (prose !== null) await writeSection(tx, context.fence, { id: 'summary', title: 'Summary', prose });
    };
  });

/** What to do about the findings: the steps of the checks that failed, and what the remediation agent makes of them. */
export const planRemediation = (deps: WriteDeps, runId: string, errorName?: string): Promise<void> =>
  settle(deps, { runId, name: 'remediate', agent: 'remediation', item: '' }, errorName, async (model, context) => {
    const { report, checks } = await reportSoFar(deps, context);
    const items = await planWithModel(model, runId, report, checks);
    return (tx) => insertRemediation(tx, context.fence, items);
  });

/** The difference to the project's previous run is computed at assembly too: it needs the final findings. */
export const compareWithPrevious = (deps: StepDeps, runId: string): Promise<void> =>
  settle(deps, { runId, name: 'compare', agent: 'comparison', item: '' });

/** In place of a whole report stage that failed: no model, no network, every part from the figures. */
export async function fallBackToFigures(
  deps: WriteDeps,
  runId: string,
  sectionIds: readonly SectionInput['sectionId'][],
  errorName: string,
): Promise<void> {
  for (const sectionId of sectionIds) await writeOneSection(deps, { runId, sectionId }, errorName);
  await planRemediation(deps, runId, errorName);
  await writeRunSummary(deps, runId, errorName);
}

/** Asks the model; what it gives is written together with the step's end. */
type Ask = (model: Model, context: StepContext) => Promise<(tx: SqlTx) => Promise<void>>;

async function settle(
  deps: StepDeps & ModelDeps,
  step: Omit<StepOf, 'inReport' | 'fallbackFor'>,
  errorName?: string,
  ask?: Ask,
): Promise<void> {
  await runStep(deps, { ...step, inReport: true, ...fallbackOf(errorName) }, async (context) => {
    const model = ask === undefined || errorName !== undefined ? null : await modelOf(deps, context);
    const write = model === null || ask === undefined ? null : await ask(model, context);
    await context.write(async (tx) => {
      await Promise.all([write?.(tx), finishStep(tx, context.fence, endOf(context.cause))]);
    });
  });
}
