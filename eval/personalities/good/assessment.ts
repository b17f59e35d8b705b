import type { AssessmentAnswer, AssessmentDocument, Exhibit } from '../../../lib/agents/assessment/answer.ts';
import { judgements } from './judgements.ts';

/** Finds what it knows in the exhibits and quotes it word for word; of what a check has decided it says nothing. */
export function assessment({ controls, exhibits }: AssessmentDocument): AssessmentAnswer {
  const open = new Set(controls.filter(({ checks }) => checks.length === 0).map(({ id }) => id));
  const seen = judgements
    .filter(({ control }) => open.has(control))
    .flatMap((one) => shown(one.passage, exhibits).map((quote) => ({ ...one, quote })));
  return {
    findings: seen
      .filter(({ says }) => says === 'gap')
      .map(({ control, title, sentence, recommendation, quote }) => ({
        controls: [control],
        title,
        sentences: [{ text: sentence, quotes: [quote] }],
        recommendation,
      })),
    proposals: seen
      .filter(({ says }) => says === 'in-order')
      .map(({ control, sentence, quote }) => ({ control, status: 'satisfied', reason: sentence, quotes: [quote] })),
  };
}

/** At most one: the first exhibit that shows it. */
function shown(passage: RegExp, exhibits: readonly Exhibit[]): { exhibit: string; quote: string }[] {
  for (const { id, text } of exhibits) {
    const quote = passage.exec(text)?.[0].trim();
    if (quote !== undefined) return [{ exhibit: id, quote }];
  }
  return [];
}
