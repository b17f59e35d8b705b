import type { SectionAnswer, SectionDocument, WrittenSentence } from '../../../lib/agents/report/answer.ts';

type Finding = SectionDocument['findings'][number];

/** Says figures by their names, findings by their titles, and evidence word for word. */
export function section({ figures, findings, evidence, section: { id } }: SectionDocument): SectionAnswer {
  return {
    sentences: [...counted(figures), ...findings.slice(0, MOST_FINDINGS).map(rated)],
    findings: id === 'weaknesses' ? findings.map((one) => ({ finding: one.id, sentences: shown(one, evidence) })) : [],
  };
}

export const summary = ({ figures, findings }: SectionDocument): { sentences: WrittenSentence[] } => ({
  sentences: [...counted(figures).slice(0, MOST_COUNTS), ...findings.slice(0, MOST_FINDINGS).map(rated)],
});

const MOST_FINDINGS = 3;
const MOST_COUNTS = 4;

/** "/counts/checksFailed" is "Checks failed: 3." */
const counted = (figures: SectionDocument['figures']): WrittenSentence[] =>
  Object.entries(figures).flatMap(([pointer, value]) => {
    const name = /^\/(?:counts|coverage)\/([A-Za-z]+)$/.exec(pointer)?.[1];
    if (name === undefined || typeof value !== 'number') return [];
    const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    return [{ text: `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${value}.`, evidence: [], figures: [pointer] }];
  });

const rated = ({ title, severity, figures }: Finding): WrittenSentence => ({
  text: `${title.replace(/[.]$/, '')}: rated ${severity}.`,
  evidence: [],
  figures: [...figures],
});

/** A description rests on evidence alone. A listing shows what is not there: there is nothing to quote. */
function shown(finding: Finding, evidence: SectionDocument['evidence']): WrittenSentence[] {
  const [first] = evidence.filter(({ id }) => finding.evidence.includes(id));
  if (first === undefined) return [];
  const said = (text: string): WrittenSentence[] => [{ text, evidence: [first.id], figures: [] }];
  if (first.where === 'a listing') return said('What is listed shows it.');
  const line = first.says.split('\n').find((one) => one.trim() !== '' && !/["“”`…]/.test(one));
  return line === undefined ? said('What is cited shows it.') : said(`The record reads "${line.trim()}".`);
}
