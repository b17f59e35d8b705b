import { type Severity, severities } from '../contract/vocabulary.ts';

/** 4 for critical down to 1 for low. */
export const severityRank = (severity: Severity): number => severities.length - severities.indexOf(severity);

/** Most severe first. */
export const bySeverity = (a: { readonly severity: Severity }, b: { readonly severity: Severity }): number =>
  severityRank(b.severity) - severityRank(a.severity);

/**
 * The fixed rubric for findings that no check graded: the heaviest control that it touches decides.
 * `critical` is kept for checks, whose severity was judged when they were written.
 */
export function rubricSeverity(weights: readonly number[]): Severity {
  const heaviest = Math.max(0, ...weights);
  if (heaviest >= 5) return 'high';
  return heaviest >= 3 ? 'medium' : 'low';
}

/** Higher is more urgent: how bad it is, times how many controls it would mend. */
export const urgency = (severity: Severity, controls: number): number => severityRank(severity) * Math.max(1, controls);
