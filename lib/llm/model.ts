import type * as z from 'zod';

export interface Question<S extends z.ZodType> {
  /** What the answer must look like; `name` is what the endpoint calls it. */
  readonly schema: S;
  readonly name: string;
  readonly messages: readonly { readonly role: 'system' | 'user'; readonly content: string }[];
  /** Milliseconds from now; the signal may end it sooner. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The model port. Two implementations ship: an OpenAI-compatible endpoint (openai.ts), and none (null), with which every step works
 * from checks alone. Agents get it as an argument.
 */
export interface Model {
  readonly name: string;
  /** @throws the errors of errors.ts, and the signal's reason. */
  askFor<S extends z.ZodType>(question: Question<S>): Promise<z.output<S>>;
}
