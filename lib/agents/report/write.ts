/** The report agent: prose in which every sentence points at evidence or figures. Assembly keeps of it what holds (lib/report/prune.ts). */
import type { Claim, Prose, ReportFacts } from '../../contract/report.ts';
import type { SectionId } from '../../contract/run-state.ts';
import { oneLine } from '../../report/text.ts';
import type { Model } from '../model.ts';
import { asked } from '../prompt.ts';
import { sectionAnswer, summaryAnswer, type WrittenSentence } from './answer.ts';
import { documentOf, type Labelled } from './document.ts';

/** Null where the model wrote nothing: the figures then speak for themselves. */
export interface Written {
  readonly prose: Prose | null;
  /** Descriptions of findings, by finding id. */
  readonly findings: ReadonlyMap<string, Prose>;
}

/** Of one prose. */
const MAX_SENTENCES = 40;

const role = [
  'You write one part of an audit report for engineers and auditors: plain, exact, no praise, no opinion.',
  'Each sentence names in `evidence` the labels and in `figures` the pointers that it rests on; a sentence with neither is left out, and so is one with a number, name or identifier that stands in none of them.',
].join(' ');
const alsoFindings = 'For each finding write two to four sentences in `findings`, resting on its evidence.';
const noFindings = 'Leave `findings` empty.';

/** @throws what `model.ask` throws */
export async function writeSectionWithModel(model: Model, report: ReportFacts, id: SectionId): Promise<Written> {
  const labelled = documentOf(report, id);
  const isAboutFindings = id === 'weaknesses';
  const messages = asked(`${role} ${isAboutFindings ? alsoFindings : noFindings}`, labelled.document);
  const answer = await model.ask({ kind: 'section', name: 'section', schema: sectionAnswer, messages });
  const findings = new Map<string, Prose>();
  for (const { finding, sentences } of isAboutFindings ? answer.findings : []) {
    const findingId = labelled.findings.get(finding);
    // A description rests on evidence alone: its place in the report is not known yet.
    const prose = composed(
      sentences.map((one) => ({ ...one, figures: [] })),
      labelled,
    );
    if (findingId !== undefined && prose !== null) findings.set(findingId, prose);
  }
  return { prose: composed(answer.sentences, labelled), findings };
}

/** @throws what `model.ask` throws */
export async function writeSummaryWithModel(model: Model, report: ReportFacts): Promise<Prose | null> {
  const labelled = documentOf(report, 'summary');
  const messages = asked(role, labelled.document);
  const answer = await model.ask({ kind: 'summary', name: 'summary', schema: summaryAnswer, messages });
  return composed(answer.sentences, labelled);
}

/** A sentence without ground stands in the text without a claim, so that it is withheld and listed like any other that does not hold. */
function composed(sentences: readonly WrittenSentence[], { document, evidence }: Labelled): Prose | null {
  const offered = new Set([...Object.keys(document.figures), ...document.findings.flatMap(({ figures }) => figures)]);
  let text = '';
  const claims: Claim[] = [];
  for (const sentence of sentences.slice(0, MAX_SENTENCES)) {
    const line = oneLine(sentence.text).toWellFormed();
    if (line === '') continue;
    if (text !== '') text += ' ';
    const start = Buffer.byteLength(text);
    text += line;
    const range = { start, end: Buffer.byteLength(text) };
    const evidenceIds = [...new Set(sentence.evidence.flatMap((label) => evidence.get(label) ?? []))];
    const computed = [...new Set(sentence.figures.filter((pointer) => offered.has(pointer)))];
    if (evidenceIds.length > 0) claims.push({ ...range, evidenceIds });
    if (computed.length > 0) claims.push({ ...range, computed });
  }
  return text === '' ? null : { text, origin: 'model', claims };
}
