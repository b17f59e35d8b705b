import type { CheckOutcome, Citation, EvidenceOfSource, Listing, Observation, Predicate } from '../../checks/check.ts';
import { combine } from '../../checks/combine.ts';
import type { CheckResult } from '../../checks/evaluate.ts';
import type { EvidenceItem } from '../../contract/report.ts';

/**
 * How many observations of one check are kept by outcome. Fails are what a reader acts on; of passes a few are kept as
 * examples, because the population already says how many there were.
 */
const KEPT: Record<CheckOutcome, number> = { fail: 200, unknown: 50, pass: 5, 'not-applicable': 1 };

export interface CheckRow {
  readonly checkId: string;
  readonly result: CheckOutcome;
  readonly reason: string;
  readonly observations: readonly { resource: string; result: CheckOutcome; reason: string; evidenceIds: readonly string[] }[];
}

export interface CheckRows {
  readonly checks: readonly CheckRow[];
  readonly evidence: readonly EvidenceItem[];
}

/**
 * Turns what checks observed into rows: each citation becomes one evidence row (the same bytes cited twice are one row),
 * each check one result. `collectedAt` gives the time of a tool call, ISO 8601.
 */
export function checkRows(
  results: readonly CheckResult[],
  collected: EvidenceOfSource,
  collectedAt: (toolCallId: string) => string,
  newId: () => string,
): CheckRows {
  const evidence = new Map<string, EvidenceItem>();
  const idOf = (citation: Citation): string => {
    const key = JSON.stringify(citation);
    const known = evidence.get(key);
    if (known) return known.id;
    const item = evidenceOf(citation, collected, collectedAt, newId());
    evidence.set(key, item);
    return item.id;
  };
  const checks = results.map(({ check, observations }) => ({
    checkId: check.id,
    ...combine(observations, 'kind' in check ? 'records' : null),
    observations: kept(observations).map(({ resource, result, reason, citations }) => ({
      resource,
      result,
      reason,
      evidenceIds: citations.map(idOf),
    })),
  }));
  return { checks, evidence: [...evidence.values()] };
}

function kept(observations: readonly Observation[]): Observation[] {
  const left = { ...KEPT };
  return observations.filter(({ result }) => {
    left[result] -= 1;
    return left[result] >= 0;
  });
}

/** What a population was counted over. @throws Error when a check counts what was never listed: a defect. */
function listingOf(collected: EvidenceOfSource, predicate: Predicate): Listing {
  if (!('sets' in collected)) return collected.listing;
  const set = predicate.name === 'records-where' ? collected.sets[predicate.args.kind] : undefined;
  if (set === undefined) throw new Error(`${predicate.name} counts what the source did not list`);
  return set.listing;
}

function evidenceOf(
  citation: Citation,
  collected: EvidenceOfSource,
  collectedAt: (toolCallId: string) => string,
  id: string,
): EvidenceItem {
  if (citation.kind === 'excerpt') {
    const { toolCallId, blobSha256, start, end, quote } = citation;
    return {
      id,
      kind: 'excerpt',
      toolCallId,
      blobSha256,
      start,
      end,
      quote,
      state: 'verified',
      collectedAt: collectedAt(toolCallId),
    };
  }
  const listing = listingOf(collected, citation.predicate);
  return {
    id,
    kind: 'population',
    toolCallIds: [...listing.toolCallIds],
    blobSha256s: [...listing.blobSha256s],
    predicate: structuredClone(citation.predicate) as Extract<EvidenceItem, { kind: 'population' }>['predicate'],
    count: citation.count,
    statement: citation.statement,
    collectedAt: collectedAt(listing.toolCallIds[0] ?? ''),
  };
}
