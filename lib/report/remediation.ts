/** What to do, from the checks' own steps: one item per check, however many sources it fails on. */
import type { Remediation, ReportFinding } from '../contract/report.ts';
import { nameUuid } from '../domain/name-uuid.ts';
import { severityRank, urgency } from '../domain/severity.ts';
import { sentence } from '../domain/verdict.ts';
import type { Grounds } from './invented.ts';
import { type Ground, heldItem } from './model-words.ts';
import type { CheckInfo, RunData } from './run-data.ts';
import type { Withheld } from './verified.ts';

/**
 * A plan of the remediation agent stands as far as its words hold and its findings are still there, and adds to the steps of the checks
 * that failed: whatever it says, theirs are never lost. Urgency orders it, whoever wrote it.
 */
export function remediationFor(
  data: Pick<RunData, 'run' | 'remediation' | 'checks'>,
  findings: readonly ReportFinding[],
  { evidence, withheld }: { readonly evidence: Grounds['evidence']; readonly withheld: Withheld[] },
): Remediation[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const left = new Set(byId.keys());
  const written = (data.remediation ?? []).flatMap((item) => {
    const own = item.findingIds.flatMap((id) => (left.delete(id) ? (byId.get(id) ?? []) : []));
    const [first] = own;
    if (first === undefined) return [];
    const ground = { evidence, ...groundOf(own, data.checks) };
    const held = heldItem({ ...item, findingIds: own.map(({ id }) => id) }, ground, first.title, withheld);
    if (held === null) for (const { id } of own) left.add(id);
    if (held === null) return [];
    const steps = [...new Set([...held.steps, ...stepsOf(own, data.checks)])];
    return [{ ...held, steps, urgency: groupUrgency(own) }];
  });
  const rest = findings.filter(({ id }) => left.has(id));
  if (written.length === 0) return remediationOf(data.run.id, rest, data.checks);
  const others = remediationOf(data.run.id, rest, data.checks).map((item) => ({
    ...item,
    urgency: groupUrgency(item.findingIds.flatMap((id) => byId.get(id) ?? [])),
  }));
  return [...written, ...others]
    .sort((a, b) => b.urgency - a.urgency)
    .map(({ urgency: _, ...item }, index) => ({ ...item, priority: index + 1 }));
}

/** Of the checks behind these findings. */
function stepsOf(findings: readonly ReportFinding[], checks: readonly CheckInfo[]): string[] {
  const ids = new Set(findings.flatMap(({ origin }) => (origin.kind === 'check' ? [origin.id] : [])));
  return checks.flatMap(({ id, remediation }) => (ids.has(id) ? remediation.steps.map(sentence) : []));
}

/** What the words about findings may draw on: their evidence, and what the report says of them and of their checks anyhow. */
export function groundOf(
  findings: readonly Pick<ReportFinding, 'title' | 'recommendation' | 'controlIds' | 'evidenceIds' | 'origin'>[],
  checks: readonly Pick<CheckInfo, 'id' | 'title' | 'rationale'>[],
): Omit<Ground, 'evidence'> {
  const ids = new Set(findings.flatMap(({ origin }) => (origin.kind === 'check' ? [origin.id] : [])));
  return {
    evidenceIds: [...new Set(findings.flatMap(({ evidenceIds }) => evidenceIds))],
    given: [
      ...findings.flatMap(({ title, recommendation, controlIds }) => [title, recommendation, controlIds.join(', ')]),
      ...checks.flatMap(({ id, title, rationale }) => (ids.has(id) ? [title, rationale] : [])),
    ],
  };
}

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
