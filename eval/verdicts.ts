/** What of an example's expectations a report says. Pure. */
import { checks } from '../lib/checks/index.ts';
import type { Report, ReportControl } from '../lib/contract/report.ts';
import { normalise } from '../lib/domain/normalise.ts';
import type { Checked, Planted, Read } from './expectations.ts';
import { lies } from './personalities/lies.ts';

export interface Verdict {
  /** `PR.AT-01`, or a check with its resource. */
  readonly subject: string;
  readonly isRight: boolean;
  /** Something is called wrong that is in order. */
  readonly isFalseAlarm: boolean;
}

/** Each planted fault is observed as such, and each counterpart as none. */
export function checkVerdicts(report: Report, { findings, clean }: Checked): Verdict[] {
  const fails = new Set(
    report.checks.flatMap(({ id, observations }) =>
      observations.filter(({ result }) => result === 'fail').map(({ resource }) => `${id} ${resource}`),
    ),
  );
  const pairs = (list: Checked['findings']): string[] =>
    list.flatMap(({ check, resources }) => resources.map((resource) => `${check} ${resource}`));
  return [
    ...pairs(findings).map((subject) => ({ subject, isRight: fails.has(subject), isFalseAlarm: false })),
    ...pairs(clean).map((subject) => ({ subject, isRight: !fails.has(subject), isFalseAlarm: fails.has(subject) })),
  ];
}

/**
 * A gap is raised on its control from the passage that shows it; what is in order is proposed as satisfied from its own, and nothing
 * is raised on it.
 */
export function readVerdicts(report: Report, { gaps, inOrder }: Read): Verdict[] {
  const controls = new Map(report.controls.map((control) => [control.id, control]));
  return [
    ...gaps.map((planted) => {
      const raised = report.findings.filter(({ controlIds }) => controlIds.includes(planted.control));
      const isShown = raised.some(({ evidenceIds }) => cites(report, evidenceIds, planted));
      return { subject: planted.control, isRight: isShown && isNotSatisfied(controls, planted), isFalseAlarm: false };
    }),
    ...inOrder.map((planted) => {
      const proposal = controls.get(planted.control)?.proposal;
      const isProposed = proposal?.status === 'satisfied' && cites(report, proposal.evidenceIds, planted);
      const isFalseAlarm = isNotSatisfied(controls, planted);
      return { subject: planted.control, isRight: isProposed && !isFalseAlarm, isFalseAlarm };
    }),
  ];
}

const isNotSatisfied = (controls: ReadonlyMap<string, ReportControl>, { control }: Planted): boolean =>
  controls.get(control)?.status === 'not-satisfied';

/** One piece of the evidence overlaps the planted passage, in its document. */
function cites({ evidence, toolCalls }: Report, evidenceIds: readonly string[], { document, quote }: Planted): boolean {
  const wanted = normalise(quote).text.trim();
  const calls = new Map(toolCalls.map(({ id, args }) => [id, JSON.stringify(args)]));
  return evidence.some((item) => {
    if (item.kind !== 'excerpt' || !evidenceIds.includes(item.id)) return false;
    const cited = normalise(item.quote).text.trim();
    return (cited.includes(wanted) || wanted.includes(cited)) && (calls.get(item.toolCallId) ?? '').includes(document);
  });
}

/** Controls of which the expectations say that they are not met. */
export const unmetByChecks = ({ findings }: Checked, framework: string): string[] =>
  findings.flatMap(({ check }) => checks.find(({ id }) => id === check)?.controls[framework] ?? []);

/** Satisfied although they are not met, or satisfied on the word of neither a check nor a person. Must be none. */
export const falsePasses = ({ controls }: Pick<Report, 'controls'>, unmet: readonly string[]): string[] =>
  controls
    .filter(
      ({ id, status, basis }) => status === 'satisfied' && (unmet.includes(id) || (basis !== 'check' && basis !== 'person')),
    )
    .map(({ id }) => id);

/** What a model wrote and is printed, beside what was taken out of it. */
export function withheldShare({ summary, sections, findings, controls, withheld }: Report): {
  withheld: number;
  printed: number;
} {
  const prose = [summary, ...sections.map((one) => one.prose), ...findings.map(({ description }) => description)];
  const claims = prose.filter(({ origin }) => origin === 'model').flatMap((one) => one.claims);
  const proposals = controls.filter(({ proposal }) => proposal !== undefined);
  return { withheld: withheld.length, printed: claims.length + proposals.length };
}

/** How often a known lie stands in what is printed as prose. */
export function liesIn({ summary, sections, findings }: Report): number {
  const printed = [summary, ...sections.map(({ prose }) => prose), ...findings.map(({ description }) => description)];
  const text = printed.map((prose) => prose.text).join('\n');
  return Object.values(lies).reduce((count, lie) => count + text.split(lie).length - 1, 0);
}
