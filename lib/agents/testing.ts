import type { Model } from './model.ts';

export interface ScriptedModel extends Model {
  /** The documents that were asked about, in order. */
  readonly documents: unknown[];
}

/** Answers from a list, one after another, each read by the question's schema; the last one again when the list is over. */
export function scriptedModel(...answers: readonly unknown[]): ScriptedModel {
  const documents: unknown[] = [];
  return {
    name: 'scripted',
    documents,
    async ask({ schema, messages }) {
      const answer = answers[Math.min(documents.length, answers.length - 1)];
      documents.push(JSON.parse(messages.at(-1)?.content ?? 'null'));
      return schema.parse(typeof answer === 'function' ? answer(documents.at(-1)) : answer);
    },
  };
}
