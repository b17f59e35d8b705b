/** The model port as agents see it. They get it as an argument; null where there is none, and every agent then has its answer from code. */
import type * as z from 'zod';

/** What is asked decides how long it may take and how much it may write (lib/llm/limits.ts). */
export type ModelKind = 'plan' | 'extraction' | 'assess' | 'section' | 'remediation' | 'summary';

export interface Message {
  readonly role: 'system' | 'user';
  readonly content: string;
}

export interface Question<S extends z.ZodType> {
  readonly kind: ModelKind;
  /** What the answer must look like; `name` is what the endpoint and the ledger call it. */
  readonly schema: S;
  readonly name: string;
  readonly messages: readonly Message[];
  /** What changes from one attempt to the next (time left): shown last, and no part of what a retry looks the answer up by. */
  readonly aside?: string;
}

export interface Model {
  readonly name: string;
  /** The answer as the schema reads it. @throws the errors of lib/llm/errors.ts, and the signal's reason */
  ask<S extends z.ZodType>(question: Question<S>): Promise<z.output<S>>;
}
