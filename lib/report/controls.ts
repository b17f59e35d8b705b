/** Every control of the framework with its verdict, in the framework's order. */
import type { ReportControl, ReportFinding, UnsealedReport } from '../contract/report.ts';
import { controlVerdict, type Proposal } from '../domain/verdict.ts';
import type { Control } from '../frameworks/framework.ts';
import type { Grounds } from './invented.ts';
import { heldReason } from './model-words.ts';
import type { DecisionRow, RunData } from './run-data.ts';
import { oneLine } from './text.ts';
import type { VerifiedCheck, Withheld } from './verified.ts';

export interface ControlInput {
  readonly checks: readonly VerifiedCheck[];
  readonly findings: readonly ReportFinding[];
  readonly gaps: UnsealedReport['gaps'];
  /** Only of evidence that holds. */
  readonly evidence: Grounds['evidence'];
  /** Takes what a proposal says and its evidence does not. */
  readonly withheld: Withheld[];
}

export function controlsOf(data: RunData, input: ControlInput): ReportControl[] {
  return data.framework.groups.flatMap((group) =>
    group.categories.flatMap((category) => category.controls.map((control) => reportControl(data, input, category, control))),
  );
}

function reportControl(
  data: RunData,
  { checks, findings, gaps, evidence, withheld }: ControlInput,
  category: { readonly id: string; readonly title: string },
  control: Control,
): ReportControl {
  const own = checks.filter(({ info }) => (info.controls[data.framework.id] ?? []).includes(control.id));
  const raised = findings.filter(({ controlIds }) => controlIds.includes(control.id));
  const decision = latestDecision(data.decisions, control.id);
  const verdict = controlVerdict<Proposal>({
    checks: own.map(({ id, title, result, reason }) => ({ id, result, reason: `“${title}”: ${reason}` })),
    modelFails: raised.filter(({ origin }) => origin.kind === 'model').map(({ title }) => ({ reason: title })),
    proposal: proposalFor(data, control.id, evidence),
    decision,
    unseen: whyUnseen(data, gaps, control, own.length > 0),
  });
  const { proposal } = verdict;
  return {
    id: control.id,
    title: control.title,
    category: category.id,
    categoryTitle: category.title,
    weight: control.weight,
    status: verdict.status,
    basis: verdict.basis,
    reason: oneLine(verdict.reason),
    findings: raised.map(({ id }) => id),
    checks: own.map(({ id, source, result, reason }) => ({ id, source, result, reason })),
    ...(proposal === null
      ? {}
      : {
          proposal: {
            ...proposal,
            reason: heldReason(proposal.reason, { evidence, ...proposal }, withheld),
            evidenceIds: [...proposal.evidenceIds],
          },
        }),
    ...(decision === null || proposal === null
      ? {}
      : {
          decision: {
            decision: decision.decision,
            reason: oneLine(decision.reason),
            by: decision.createdBy,
            at: decision.createdAt.toISOString(),
          },
        }),
  };
}

function proposalFor(data: RunData, controlId: string, evidence: ControlInput['evidence']): Proposal | null {
  const proposal = data.controlResults.find((row) => row.controlId === controlId)?.proposal ?? null;
  const holds = (id: string): boolean => evidence(id) !== undefined;
  return proposal === null ? null : { ...proposal, evidenceIds: proposal.evidenceIds.filter(holds) };
}

function latestDecision(decisions: readonly DecisionRow[], controlId: string): DecisionRow | null {
  return decisions
    .filter((decision) => decision.controlId === controlId)
    .reduce<DecisionRow | null>((latest, one) => (latest === null || one.createdAt >= latest.createdAt ? one : latest), null);
}

/** Why a control that no check answered is not assessed. */
function whyUnseen(data: RunData, gaps: UnsealedReport['gaps'], control: Control, isLooked: boolean): string {
  const gap = gaps.find(({ controls }) => controls.includes(control.id)) ?? gaps.find(({ step }) => step === 'plan');
  if (gap !== undefined) return `${gap.source}: ${gap.reason}`;
  if (isLooked) return 'Its checks left no result.';
  const mapped = data.checks.filter((info) => (info.controls[data.framework.id] ?? []).includes(control.id));
  if (mapped.length > 0)
    return `No source of this run offers ${[...new Set(mapped.map((info) => info.capability))].join(' or ')}.`;
  return control.capabilities.length > 0
    ? 'No check looks at this control yet; a person has to judge it.'
    : 'No connected kind of source can show this control; a person has to judge it.';
}
