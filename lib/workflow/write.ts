import type { SectionInput } from '../contract/run-state.ts';
import { finishStep } from '../store/steps.ts';
import { endOf, fallbackOf, runStep, type StepDeps, type StepOf } from './step.ts';

/*
 * The prose that figures make (lib/report/prose.ts) is computed when the report is assembled, because until then the figures can
 * still change. So without a model these steps have nothing to store: that one ended well, or which fallback took its place, is
 * what the report says of it.
 */

/** One section of the report. */
export const writeOneSection = (deps: StepDeps, { runId, sectionId }: SectionInput, errorName?: string): Promise<void> =>
  settle(deps, { runId, name: 'section', agent: 'report', item: sectionId }, errorName);

/** The executive summary. */
export const writeRunSummary = (deps: StepDeps, runId: string, errorName?: string): Promise<void> =>
  settle(deps, { runId, name: 'summarise', agent: 'report', item: '' }, errorName);

/** What to do about the findings: the steps of the checks that failed. */
export const planRemediation = (deps: StepDeps, runId: string, errorName?: string): Promise<void> =>
  settle(deps, { runId, name: 'remediate', agent: 'remediation', item: '' }, errorName);

/** The difference to the project's previous run is computed at assembly too: it needs the final findings. */
export const compareWithPrevious = (deps: StepDeps, runId: string): Promise<void> =>
  settle(deps, { runId, name: 'compare', agent: 'comparison', item: '' });

/** In place of a whole report stage that failed: no model, no network, every part from the figures. */
export async function fallBackToFigures(
  deps: StepDeps,
  runId: string,
  sectionIds: readonly SectionInput['sectionId'][],
  errorName: string,
): Promise<void> {
  for (const sectionId of sectionIds) await writeOneSection(deps, { runId, sectionId }, errorName);
  await planRemediation(deps, runId, errorName);
  await writeRunSummary(deps, runId, errorName);
}

async function settle(deps: StepDeps, step: Omit<StepOf, 'inReport' | 'fallbackFor'>, errorName?: string): Promise<void> {
  await runStep(deps, { ...step, inReport: true, ...fallbackOf(errorName) }, ({ fence, cause }) =>
    deps.store.forRun(step.runId, (tx) => finishStep(tx, fence, endOf(cause))),
  );
}
