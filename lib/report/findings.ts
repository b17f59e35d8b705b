/** Findings whose evidence holds: those that were recorded, and those that a failing check left unrecorded. */
import type { Prose, ReportFinding } from '../contract/report.ts';
import { firstSeen } from '../domain/comparison.ts';
import { nameUuid } from '../domain/name-uuid.ts';
import { bySeverity } from '../domain/severity.ts';
import type { Framework } from '../frameworks/framework.ts';
import { describeFails, describeFinding, ruleOf } from './describe.ts';
import { heldFinding } from './model-words.ts';
import { behind } from './prose.ts';
import { prune } from './prune.ts';
import type { CheckInfo, FindingRow, ObservationRow, RunData } from './run-data.ts';
import { findingSection } from './sections.ts';
import type { VerifiedCheck, VerifiedEvidence, Withheld } from './verified.ts';

/** A check that fails on one source is one finding; the same run, source and check always give the same id. */
export function findingFromCheck(
  runId: string,
  planTaskId: string,
  check: CheckInfo,
  framework: Framework,
  observations: readonly ObservationRow[],
): FindingRow {
  const known = new Set(framework.groups.flatMap((group) => group.categories.flatMap((one) => one.controls.map(({ id }) => id))));
  const fails = observations.filter(({ result }) => result === 'fail');
  const { title, recommendation } = ruleOf(check);
  return {
    id: nameUuid(runId, planTaskId, check.id),
    checkId: check.id,
    planTaskId,
    controlIds: (check.controls[framework.id] ?? []).filter((id) => known.has(id)),
    severity: check.severity,
    title,
    description: describeFails(fails),
    recommendation,
    evidenceIds: [...new Set(fails.flatMap(({ evidenceIds }) => evidenceIds))],
    origin: { kind: 'check', id: check.id },
    firstSeenRunId: runId,
  };
}

/** Most severe first, then those that touch most controls. */
export function findingsOf(
  data: RunData,
  checks: readonly VerifiedCheck[],
  evidence: VerifiedEvidence,
): { readonly findings: ReportFinding[]; readonly withheld: Withheld[] } {
  const withheld: Withheld[] = [];
  const rowOf = new Map(data.findings.map((row) => [`${row.planTaskId} ${row.checkId}`, row]));
  const checkOf = new Map<string, VerifiedCheck>();
  const failing = checks.filter(({ result }) => result === 'fail');
  const fromChecks = failing.map((check) => {
    const derived = findingFromCheck(data.run.id, check.planTaskId, check.info, data.framework, check.observations);
    const row = rowOf.get(`${check.planTaskId} ${check.id}`);
    checkOf.set(row?.id ?? derived.id, check);
    return reportFinding(data, { ...derived, ...(row === undefined ? {} : { id: row.id, firstSeenRunId: row.firstSeenRunId }) });
  });
  const failed = new Set(failing.map((check) => `${check.planTaskId} ${check.id}`));
  const fromModel = data.findings.flatMap((row): ReportFinding[] => {
    if (row.origin.kind === 'check') {
      if (!failed.has(`${row.planTaskId} ${row.checkId}`)) {
        withheld.push({ claim: row.title, reason: 'Its check has no failing result whose evidence holds.' });
      }
      return [];
    }
    const verified = heldFinding(row, (id) => evidence.sources.get(id), withheld);
    return verified === null ? [] : [reportFinding(data, verified)];
  });
  const findings = [...fromChecks, ...fromModel].filter(({ controlIds }) => controlIds.length > 0).sort(byUrgency);
  const described = findings.map((finding, index) => {
    const check = checkOf.get(finding.id);
    if (check === undefined) return finding;
    const written = writtenDescription(data, finding.id, evidence, withheld);
    // A check's finding is described once its place in the report is known: its sentences point at it.
    const computed = describeFinding(check, checks.indexOf(check), index, evidence.sources);
    return { ...finding, description: written === null ? computed : behind(computed, written) };
  });
  return { findings: described, withheld };
}

/** What a model wrote of a check's finding, as far as it holds; null when none of it does. */
function writtenDescription(data: RunData, findingId: string, { sources }: VerifiedEvidence, withheld: Withheld[]): Prose | null {
  const row = data.sections.find(({ id }) => id === findingSection(findingId));
  if (row === undefined) return null;
  const pruned = prune(row.prose, { evidence: (id) => sources.get(id), figures: {} });
  withheld.push(...pruned.withheld);
  return pruned.prose;
}

function reportFinding(data: RunData, row: FindingRow): ReportFinding {
  return {
    id: row.id,
    controlIds: [...row.controlIds],
    status: 'open',
    severity: row.severity,
    title: row.title,
    description: row.description,
    recommendation: row.recommendation,
    evidenceIds: [...row.evidenceIds],
    origin: row.origin,
    firstSeenRunId: firstSeen(data.previous, row, row.firstSeenRunId),
  };
}

const byUrgency = (a: ReportFinding, b: ReportFinding): number =>
  bySeverity(a, b) || b.controlIds.length - a.controlIds.length || (a.title < b.title ? -1 : 1);
