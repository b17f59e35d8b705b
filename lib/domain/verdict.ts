/** The one function that derives a control's status (evidence.md, verdicts and score). Nothing else computes it. */
import type { Basis, ControlStatus } from '../contract/vocabulary.ts';

export type CheckOutcome = 'pass' | 'fail' | 'not-applicable' | 'unknown';

/** One check's result on one source; several sources give several entries. */
export interface CheckVerdict {
  readonly id: string;
  readonly result: CheckOutcome;
  readonly reason: string;
}

/** What a model proposes for a control that no check decides. Only `satisfied` and `not-applicable` can be proposed. */
export interface Proposal {
  readonly status: ControlStatus;
  readonly reason: string;
  readonly evidenceIds: readonly string[];
}

export interface Decision {
  readonly decision: 'accept' | 'reject';
  readonly reason: string;
}

export interface VerdictInput {
  readonly checks: readonly CheckVerdict[];
  /** Findings that a model raised and whose evidence was verified. */
  readonly modelFails: readonly { readonly reason: string }[];
  readonly proposal: Proposal | null;
  /** A person's latest decision about the proposal. */
  readonly decision: Decision | null;
  /** Why nothing was seen, for a control that nothing evaluated. */
  readonly unseen: string;
}

export interface Verdict<P extends Proposal = Proposal> {
  readonly status: ControlStatus;
  readonly basis: Basis;
  readonly reason: string;
  /** Kept while the control is not assessed, and where a person's acceptance of it is the basis. */
  readonly proposal: P | null;
}

/**
 * Any fail -> not-satisfied; else any unknown -> not-assessed; else a pass, or a person's acceptance -> satisfied;
 * all not applicable -> not-applicable; nothing -> not-assessed. A proposal without evidence is no proposal.
 */
export function controlVerdict<P extends Proposal>(input: VerdictInput & { readonly proposal: P | null }): Verdict<P> {
  const by = (result: CheckOutcome): CheckVerdict[] => input.checks.filter((check) => check.result === result);
  const fails = by('fail');
  if (fails.length > 0) return { status: 'not-satisfied', basis: 'check', reason: joined(fails), proposal: null };
  if (input.modelFails.length > 0) {
    return { status: 'not-satisfied', basis: 'model', reason: joined(input.modelFails), proposal: null };
  }
  const proposal = validProposal(input.proposal);
  const unknowns = by('unknown');
  if (unknowns.length > 0) return { status: 'not-assessed', basis: null, reason: joined(unknowns), proposal };
  const passes = by('pass');
  if (passes.length > 0) return { status: 'satisfied', basis: 'check', reason: joined(passes), proposal: null };
  if (proposal !== null && input.decision?.decision === 'accept') {
    return { status: proposal.status, basis: 'person', reason: `Accepted by a person: ${input.decision.reason}`, proposal };
  }
  if (input.checks.length > 0) {
    return { status: 'not-applicable', basis: 'check', reason: joined(input.checks), proposal: null };
  }
  const rejected = proposal !== null && input.decision?.decision === 'reject';
  const reason = rejected ? `A person rejected the proposal: ${input.decision?.reason}` : input.unseen;
  return { status: 'not-assessed', basis: null, reason, proposal };
}

/** One outcome for many observations, in the same order of precedence; null for none. */
export function foldOutcomes(outcomes: readonly CheckOutcome[]): CheckOutcome | null {
  const order: readonly CheckOutcome[] = ['fail', 'unknown', 'pass', 'not-applicable'];
  return order.find((outcome) => outcomes.includes(outcome)) ?? null;
}

/** A check's verdict from its observations: the folded outcome, and the reasons of the observations that decide it. */
export function foldObservations(
  observations: readonly { readonly result: CheckOutcome; readonly reason: string }[],
): { readonly result: CheckOutcome; readonly reason: string } | null {
  const result = foldOutcomes(observations.map((one) => one.result));
  if (result === null) return null;
  return { result, reason: joined(observations.filter((one) => one.result === result)) };
}

function validProposal<P extends Proposal>(proposal: P | null): P | null {
  if (proposal === null || proposal.evidenceIds.length === 0) return null;
  return proposal.status === 'satisfied' || proposal.status === 'not-applicable' ? proposal : null;
}

/** A control's reason is read in a table: the first few, and how many more there are. */
const SHOWN_REASONS = 3;

function joined(entries: readonly { readonly reason: string }[]): string {
  const reasons = [...new Set(entries.map(({ reason }) => sentence(reason)))];
  const shown = reasons.slice(0, SHOWN_REASONS).join(' ');
  return reasons.length > SHOWN_REASONS ? `${shown} And ${reasons.length - SHOWN_REASONS} more.` : shown;
}

/** Trimmed, with a full stop unless it ends in one of its own. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
