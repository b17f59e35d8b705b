import type { Answers, Asked, Documents, Stage } from '../endpoint/asked.ts';

/** What goes over the wire; `afterMs`: not at once. */
export type Reply = { readonly afterMs?: number } & (
  | { readonly kind: 'answer'; readonly answer: object }
  /** Not necessarily JSON; `finish` as a successful response has it. */
  | { readonly kind: 'text'; readonly text: string; readonly finish: 'stop' | 'length' | 'content_filter' }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'error'; readonly status: number; readonly message: string; readonly retryAfterSeconds?: number }
  /** The connection stays open and nothing comes. */
  | { readonly kind: 'hang' }
  /** The answer begins and never ends. */
  | { readonly kind: 'drip' }
  /** The connection breaks in the middle of the response. */
  | { readonly kind: 'break-off' }
);

/** Decides from what is asked, and how often this very document was asked before; the same for the same. */
export type Personality = (asked: Asked, before: number) => Reply;

/** One that answers with what the schemas want. */
export type Script = { readonly [S in Stage]: (document: Documents[S]) => Answers[S] };

export const answering =
  (script: Script): Personality =>
  (asked) => ({ kind: 'answer', answer: answerOf(script, asked) });

function answerOf(script: Script, asked: Asked): object {
  switch (asked.stage) {
    case 'plan':
      return script.plan(asked.document);
    case 'extraction':
      return script.extraction(asked.document);
    case 'assessment':
      return script.assessment(asked.document);
    case 'section':
      return script.section(asked.document);
    case 'remediation':
      return script.remediation(asked.document);
    case 'summary':
      return script.summary(asked.document);
  }
}
