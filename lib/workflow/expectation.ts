import { sectionId } from '../contract/run-state.ts';
import { remainingMs, stageOfStep, WAVE } from '../domain/expected.ts';
import { frameworkById } from '../frameworks/index.ts';
import { type ProgressEvent, stateDelta } from '../progress/makers.ts';
import type { RunRow } from '../store/runs.ts';

/**
 * Says anew when the run may end, as the first item of a stage, or of a wave of groups, begins. From what the step knows already:
 * nothing is read for it. Sources say nothing, because the plan has said it and ten of them can differ by minutes.
 */
export function expectation({ mode, frameworkId }: RunRow, step: string, item: string): ProgressEvent[] {
  const stage = stageOfStep(step);
  if (stage === null || stage === 'extract') return [];
  const groups = frameworkById(frameworkId)?.groups ?? [];
  const items: readonly string[] =
    stage === 'assess' ? groups.map(({ id }) => id) : stage === 'section' ? sectionId.options : [item];
  const index = items.indexOf(item);
  if (index % WAVE !== 0) return [];
  return [stateDelta({ expectedInMs: remainingMs(mode, stage, { tasks: 0, groups: groups.length - index }) })];
}
