/** Counts what a whole report says without ground, from the report and the bytes beside it alone: the offline verifier asks the same. */
import type { Prose, UnsealedReport } from '../contract/report.ts';
import { evidenceChecker } from './check-evidence.ts';
import { type Grounds, type Invented, inventedIn } from './invented.ts';
import { foreignWord, type Ground } from './model-words.ts';
import { groundOf } from './remediation.ts';

/** How many invented statements a report holds: in prose, and in what a model wrote beside it. */
export function countInvented(report: UnsealedReport, blobs: ReadonlyMap<string, Uint8Array>): number {
  return inventedInReport(report, blobs).length;
}

export interface InventedAt extends Invented {
  /** JSON pointer of the text. */
  readonly where: string;
}

export function inventedInReport(report: UnsealedReport, blobs: ReadonlyMap<string, Uint8Array>): InventedAt[] {
  const evidence = evidenceGrounds(report, blobs);
  const at = (where: string, prose: Prose): InventedAt[] =>
    inventedIn(prose, { evidence, figures: report }).map((one) => ({ ...one, where }));
  return [
    ...at('/summary', report.summary),
    ...report.sections.flatMap(({ prose }, index) => at(`/sections/${index}/prose`, prose)),
    ...report.findings.flatMap((finding, index) => at(`/findings/${index}/description`, finding.description)),
    ...wordsOf(report).flatMap(({ where, text, ...ground }) => {
      const foreign = foreignWord(text, { evidence, ...ground });
      const reason = 'It stands in nothing that is cited.';
      return foreign === null ? [] : [{ where, start: 0, end: Buffer.byteLength(text), text: foreign, reason }];
    }),
  ];
}

type Word = Omit<Ground, 'evidence'> & { readonly where: string; readonly text: string };

/** Titles and recommendations of a model's findings, reasons of proposals, and remediation, whoever wrote it. */
function wordsOf({ findings, controls, remediation, checks }: UnsealedReport): Word[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return [
    ...findings.flatMap(({ origin, title, recommendation, controlIds, evidenceIds }, index) => {
      const ground = { evidenceIds, given: [controlIds.join(', ')] };
      const at = `/findings/${index}`;
      if (origin.kind === 'check') return [];
      return [
        { where: `${at}/title`, text: title, ...ground },
        { where: `${at}/recommendation`, text: recommendation, ...ground },
      ];
    }),
    ...controls.flatMap(({ proposal }, index) =>
      proposal === undefined
        ? []
        : [{ where: `/controls/${index}/proposal/reason`, text: proposal.reason, evidenceIds: proposal.evidenceIds }],
    ),
    ...remediation.flatMap(({ findingIds, title, steps }, index) => {
      const ground = groundOf(
        findingIds.flatMap((id) => byId.get(id) ?? []),
        checks,
      );
      return [title, ...steps].map((text) => ({ where: `/remediation/${index}`, text, ...ground }));
    }),
  ];
}

/** Looks evidence up in a report and checks it against the bytes, each once. */
function evidenceGrounds(
  report: Pick<UnsealedReport, 'evidence' | 'toolCalls'>,
  blobs: ReadonlyMap<string, Uint8Array>,
): Grounds['evidence'] {
  const check = evidenceChecker(report.toolCalls, blobs);
  const items = new Map(report.evidence.map((item) => [item.id, item]));
  const known = new Map<string, ReturnType<Grounds['evidence']>>();
  return (id) => {
    if (known.has(id)) return known.get(id);
    const item = items.get(id);
    const checked = item === undefined ? undefined : check(item);
    const found = checked?.ok === true ? checked.source : undefined;
    known.set(id, found);
    return found;
  };
}
