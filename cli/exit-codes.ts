import type { Report } from '../lib/contract/report.ts';
import { type Severity, severities } from '../lib/contract/vocabulary.ts';

/** What `assess` and `verify` tell a script (contracts.md, commands). */
export const exitCodes = { done: 0, findings: 1, usage: 2, failed: 3, verification: 4 } as const;

export interface Gate {
  readonly failOn: Severity | null;
  /** Percent of applicable controls that must be assessed. */
  readonly minCoverage: number | null;
  readonly allowPartial: boolean;
}

/** The exit code of an assessment, and the sentence that says why when it is not 0. */
export function gate(report: Report, { failOn, minCoverage, allowPartial }: Gate): { code: number; why: string | null } {
  const { coverage, run, score, findings } = report;
  if (run.outcome === 'cancelled')
    return { code: exitCodes.failed, why: 'the run was cancelled; the report holds what was collected until then' };
  if (run.outcome === 'failed' || score === null)
    return { code: exitCodes.failed, why: 'nothing could be assessed; see the gaps in the report' };
  const applicable = coverage.controls - coverage.notApplicable;
  const assessed = applicable === 0 ? 0 : (100 * (applicable - coverage.notAssessed)) / applicable;
  if (minCoverage !== null && assessed < minCoverage) {
    return { code: exitCodes.failed, why: `coverage is ${assessed.toFixed(1)} %, under the minimum of ${minCoverage} %` };
  }
  if (failOn === null) return { code: exitCodes.done, why: null };
  if (run.outcome !== 'complete' && !allowPartial) {
    return { code: exitCodes.failed, why: `the run is ${run.outcome}; add --allow-partial to gate on what was seen` };
  }
  const limit = severities.indexOf(failOn);
  const over = findings.filter(({ severity }) => severities.indexOf(severity) <= limit).length;
  return over === 0
    ? { code: exitCodes.done, why: null }
    : { code: exitCodes.findings, why: `${over} findings are ${failOn} or worse` };
}
