import * as z from 'zod';

/** One turn: calls to make at once, and whether that is all. */
export const extractionAnswer = z.object({
  calls: z.array(
    z.object({
      tool: z.string(),
      /** A JSON object: strict answers allow no open ones. */
      arguments: z.string(),
    }),
  ),
  /** Nothing more is wanted after these calls. */
  done: z.boolean(),
});
export type ExtractionAnswer = z.infer<typeof extractionAnswer>;

/** The question's document, as JSON in the last message. */
export interface ExtractionDocument {
  readonly source: string;
  readonly goal: string;
  readonly controls: readonly { readonly id: string; readonly title: string }[];
  readonly tools: readonly { readonly name: string; readonly description: string; readonly parameters: unknown }[];
  /** What the collector read without being asked, and what the calls so far returned; results are shortened head and tail. */
  readonly collected: readonly string[];
  readonly seen: readonly { readonly tool: string; readonly arguments: string; readonly result: string }[];
  readonly memory: readonly string[];
  readonly left: { readonly turns: number; readonly calls: number };
}
