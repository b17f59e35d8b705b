/** What changed since an earlier run of the same framework. Findings are the same when their check is. */

import type { RunOutcome } from '../contract/vocabulary.ts';
import { byText } from './order.ts';
import type { CheckOutcome } from './verdict.ts';

export interface ComparableFinding {
  readonly id: string;
  readonly origin: { readonly kind: 'check'; readonly id: string } | { readonly kind: 'model'; readonly name: string };
  readonly title: string;
  readonly controlIds: readonly string[];
  readonly firstSeenRunId: string;
}

export interface ComparableRun {
  readonly runId: string;
  readonly outcome: RunOutcome;
  readonly findings: readonly ComparableFinding[];
  readonly checks: readonly { readonly id: string; readonly result: CheckOutcome }[];
}

export interface Comparison {
  readonly previousRunId: string;
  /** Ids of current findings, but `resolved`, which are the previous run's. */
  readonly new: readonly string[];
  readonly resolved: readonly string[];
  readonly persisting: readonly string[];
  /** The previous run saw the check pass, and now it fails. */
  readonly regressed: readonly string[];
}

/** A check's findings share one identity; a model's are told apart by what they say and where. */
export const identityOf = ({ origin, title, controlIds }: ComparableFinding): string =>
  origin.kind === 'check'
    ? `check:${origin.id}`
    : `model:${[...controlIds].sort(byText).join(',')}:${title.trim().toLowerCase()}`;

/**
 * A finding is resolved only when the current run is complete and saw its check pass or become not applicable: what a partial
 * run does not show may still be there.
 */
export function compareRuns(previous: ComparableRun, current: ComparableRun): Comparison {
  const before = new Set(previous.findings.map(identityOf));
  const now = new Set(current.findings.map(identityOf));
  const fresh = current.findings.filter((finding) => !before.has(identityOf(finding)));
  const passedBefore = (finding: ComparableFinding): boolean =>
    sawGone(previous, finding) && resultsOf(previous, finding).includes('pass');
  return {
    previousRunId: previous.runId,
    new: idsOf(fresh.filter((finding) => !passedBefore(finding))),
    resolved:
      current.outcome === 'complete'
        ? idsOf(previous.findings.filter((finding) => !now.has(identityOf(finding)) && sawGone(current, finding)))
        : [],
    persisting: idsOf(current.findings.filter((finding) => before.has(identityOf(finding)))),
    regressed: idsOf(fresh.filter(passedBefore)),
  };
}

/** The run in which each current finding was first seen: inherited where it persists. */
export function firstSeen(previous: ComparableRun | null, current: ComparableFinding, runId: string): string {
  const same = previous?.findings.find((finding) => identityOf(finding) === identityOf(current));
  return same?.firstSeenRunId ?? runId;
}

/** Every result of its check in that run says that the fault is not there. */
function sawGone(run: ComparableRun, finding: ComparableFinding): boolean {
  const results = resultsOf(run, finding);
  return results.length > 0 && results.every((result) => result === 'pass' || result === 'not-applicable');
}

const resultsOf = (run: ComparableRun, { origin }: ComparableFinding): CheckOutcome[] =>
  origin.kind === 'check' ? run.checks.filter(({ id }) => id === origin.id).map(({ result }) => result) : [];

const idsOf = (findings: readonly ComparableFinding[]): string[] => findings.map(({ id }) => id);
