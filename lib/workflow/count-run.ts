import type { Report } from '../contract/report.ts';
import { measure } from '../runtime/metrics.ts';

/** What operators see of a run that ended: called once, by whoever set its outcome. */
export function countRun({ run: { id: runId, outcome }, degraded, gaps }: Pick<Report, 'run' | 'degraded' | 'gaps'>): void {
  measure('RunsEnded', { by: outcome, runId });
  measure('RunFailed', { value: outcome === 'failed' ? 1 : 0, runId });
  measure('RunDegraded', { value: degraded.length > 0 ? 1 : 0, runId });
  measure('Gaps', { value: gaps.length, runId });
  // `assess/PR` is a step of the kind `assess`.
  for (const { step } of degraded) measure('Degraded', { by: step.split('/', 1)[0] ?? step, runId });
}
