/** What to do, from the checks' own steps: one item per check, however many sources it fails on. */
import type { Remediation, ReportFinding } from '../contract/report.ts';
import { nameUuid } from '../domain/name-uuid.ts';
import { severityRank, urgency } from '../domain/severity.ts';
import { sentence } from '../domain/verdict.ts';
import type { CheckInfo } from './run-data.ts';

/** Ordered by severity times the number of controls that it would mend; equal urgency puts the small effort first. `priority` 1 is first. */
export function remediationOf(runId: string, findings: readonly ReportFinding[], checks: readonly CheckInfo[]): Remediation[] {
  const infos = new Map(checks.map((info) => [info.id, info]));
  const groups = Map.groupBy(findings, ({ id, origin }) => (origin.kind === 'check' ? `check ${origin.id}` : `model ${id}`));
  const items = [...groups].map(([key, group]) => ({ key, group, ...planFor(group, infos), urgency: groupUrgency(group) }));
  const efforts = ['small', 'medium', 'large'];
  items.sort(
    (a, b) => b.urgency - a.urgency || efforts.indexOf(a.effort) - efforts.indexOf(b.effort) || (a.title < b.title ? -1 : 1),
  );
  return items.map(({ key, group, title, steps, effort }, index) => ({
    id: nameUuid(runId, 'remediation', key),
    findingIds: group.map(({ id }) => id),
    title,
    steps,
    effort,
    priority: index + 1,
  }));
}

function planFor(
  group: readonly ReportFinding[],
  infos: ReadonlyMap<string, CheckInfo>,
): Pick<Remediation, 'title' | 'steps' | 'effort'> {
  const [first] = group;
  const info = first?.origin.kind === 'check' ? infos.get(first.origin.id) : undefined;
  if (info !== undefined) {
    return { title: info.title, steps: info.remediation.steps.map(sentence), effort: info.remediation.effort };
  }
  return { title: first?.title ?? '', steps: first === undefined ? [] : [sentence(first.recommendation)], effort: 'medium' };
}

function groupUrgency(group: readonly ReportFinding[]): number {
  const controls = new Set(group.flatMap(({ controlIds }) => controlIds)).size;
  const worst = group.reduce(
    (top, one) => (severityRank(one.severity) > severityRank(top) ? one.severity : top),
    'low' as const as ReportFinding['severity'],
  );
  return urgency(worst, controls);
}
