import type { Counts, ReportFacts } from '../contract/report.ts';
import { coveragePercent } from '../domain/score.ts';

/** The figures that sentences point at, recomputed by the verifier from the rest of the report. */
export function countsOf(report: Omit<ReportFacts, 'counts'>): Counts {
  const severe = (severity: string): number => report.findings.filter((finding) => finding.severity === severity).length;
  const checked = (result: string): number => report.checks.filter((check) => check.result === result).length;
  const kind = (name: string): number => report.evidence.filter((item) => item.kind === name).length;
  return {
    findings: report.findings.length,
    critical: severe('critical'),
    high: severe('high'),
    medium: severe('medium'),
    low: severe('low'),
    checks: report.checks.length,
    checksPassed: checked('pass'),
    checksFailed: checked('fail'),
    checksUnknown: checked('unknown'),
    checksNotApplicable: checked('not-applicable'),
    controlsWithoutCheck: report.controls.filter(({ checks }) => checks.length === 0).length,
    toolCalls: report.toolCalls.length,
    toolCallsFailed: report.toolCalls.filter(({ status }) => status !== 'ok').length,
    excerpts: kind('excerpt'),
    populations: kind('population'),
    gaps: report.gaps.length,
    degraded: report.degraded.length,
    withheld: report.withheld.length,
    coveragePercent: coveragePercent(report.coverage),
  };
}
