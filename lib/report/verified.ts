/** Evidence that holds, and checks that still have a verdict once evidence that does not hold is taken away. */
import type { EvidenceItem, ReportCheck, UnsealedReport } from '../contract/report.ts';
import { foldObservations } from '../domain/verdict.ts';
import { type CheckedCall, evidenceChecker } from './check-evidence.ts';
import { foreignTo } from './describe.ts';
import type { CheckInfo, CheckResultRow, ObservationRow, RunData } from './run-data.ts';
import type { Source } from './sources.ts';
import { clipped, oneLine } from './text.ts';

export type Withheld = UnsealedReport['withheld'][number];

export interface VerifiedEvidence {
  readonly items: readonly EvidenceItem[];
  /** Sources of sentences, by evidence id; only of evidence that holds. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly withheld: readonly Withheld[];
}

export function verifyEvidence(
  evidence: readonly EvidenceItem[],
  calls: readonly CheckedCall[],
  blobs: ReadonlyMap<string, Uint8Array>,
): VerifiedEvidence {
  const check = evidenceChecker(calls, blobs);
  const items: EvidenceItem[] = [];
  const sources = new Map<string, Source>();
  const withheld: Withheld[] = [];
  for (const item of evidence) {
    const checked = check(item);
    if (checked.ok) {
      items.push(checked.item);
      sources.set(item.id, checked.source);
    } else {
      const said = item.kind === 'excerpt' ? item.quote : item.statement;
      withheld.push({ claim: clipped(oneLine(said), 160), reason: checked.reason });
    }
  }
  return { items, sources, withheld };
}

/** A report's check, with the plan task that it belongs to. */
export interface VerifiedCheck extends ReportCheck {
  readonly planTaskId: string;
  readonly info: CheckInfo;
}

export function verifyChecks(
  data: RunData,
  evidence: VerifiedEvidence,
): { readonly checks: VerifiedCheck[]; readonly withheld: Withheld[] } {
  const withheld: Withheld[] = [];
  const infos = new Map(data.checks.map((info) => [info.id, info]));
  const sources = new Map(data.planTasks.map((task) => [task.id, task.source]));
  const checks = data.checkResults.flatMap((row): VerifiedCheck[] => {
    const info = infos.get(row.checkId);
    if (info === undefined) {
      withheld.push({ claim: `${row.checkId}: ${row.result}`, reason: 'No check of that name exists.' });
      return [];
    }
    const observations = row.observations.map((one) => verifyObservation(one, info, evidence.sources, withheld));
    const folded = verdictOf(row, observations);
    const base = {
      id: row.checkId,
      title: info.title,
      rationale: info.rationale,
      source: sources.get(row.planTaskId) ?? 'unknown source',
    };
    const counts = countsOf(observations);
    return [{ ...base, ...folded, counts, observations, planTaskId: row.planTaskId, info }];
  });
  return { checks, withheld };
}

/** The row's own words stand as long as nothing was taken away from it: it may count observations that were not kept. */
function verdictOf(row: CheckResultRow, observations: ReportCheck['observations']): Pick<ReportCheck, 'result' | 'reason'> {
  const before = foldObservations(row.observations);
  const after = foldObservations(observations);
  if (after === null) {
    const isVerdict = row.result === 'pass' || row.result === 'fail';
    return isVerdict ? { result: 'unknown', reason: 'The verdict came without an observation.' } : said(row);
  }
  return before?.result === after.result && after.result === row.result && before.reason === after.reason ? said(row) : after;
}

const said = ({ result, reason }: CheckResultRow): Pick<ReportCheck, 'result' | 'reason'> => ({
  result,
  reason: oneLine(reason),
});

/** No evidence, no verdict; and a reason that names what its citations do not hold is replaced. */
function verifyObservation(
  row: ObservationRow,
  info: CheckInfo,
  sources: ReadonlyMap<string, Source>,
  withheld: Withheld[],
): ReportCheck['observations'][number] {
  const evidenceIds = row.evidenceIds.filter((id) => sources.has(id));
  const { result } = row;
  const resource = oneLine(row.resource);
  const reason = oneLine(row.reason);
  const isUncited = row.evidenceIds.length === 0;
  if (result === 'unknown' || (result === 'not-applicable' && (isUncited || evidenceIds.length > 0)))
    return { resource, result, reason, evidenceIds };
  if (evidenceIds.length === 0) {
    withheld.push({ claim: `${resource}: ${reason}`, reason: 'None of its evidence holds, so it is no verdict.' });
    return { resource, result: 'unknown', reason: 'The evidence of this observation does not hold.', evidenceIds };
  }
  const foreign = foreignTo({ resource, result, reason, evidenceIds }, info, sources);
  if (foreign === null) return { resource, result, reason, evidenceIds };
  withheld.push({ claim: `${resource}: ${reason}`, reason: `"${foreign}" stands in nothing that it cites.` });
  return { resource, result, reason: `This ${result === 'pass' ? 'passes' : 'fails'} the check.`, evidenceIds };
}

function countsOf(observations: ReportCheck['observations']): ReportCheck['counts'] {
  const count = (result: string): number => observations.filter((one) => one.result === result).length;
  return { pass: count('pass'), fail: count('fail'), unknown: count('unknown'), notApplicable: count('not-applicable') };
}
