import type { SectionAnswer, SectionDocument, WrittenSentence } from '../../../lib/agents/report/answer.ts';

type Finding = SectionDocument['findings'][number];

/** Says figures by their names, findings by their titles, and evidence word for word. */
export function section({ figures, findings, evidence, section: { id } }: SectionDocument): SectionAnswer {
  return {
    sentences: [...counted(figures), ...findings.slice(0, MOST_FINDINGS).map(rated)],
    findings:
      id === 'weaknesses' ? findings.map((one) => ({ finding: one.id, sentences: [rated(one), ...shown(one, evidence)] })) : [],
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

function shown(finding: Finding, evidence: SectionDocument['evidence']): WrittenSentence[] {
  return evidence
    .filter(({ id }) => finding.evidence.includes(id))
    .flatMap(({ id, says }) => {
      const line = says.split('\n').find((one) => one.trim() !== '' && !/["“”`…]/.test(one));
      return line === undefined ? [] : [{ text: `The record reads "${line.trim()}".`, evidence: [id], figures: [] }];
    })
    .slice(0, 1);
}
