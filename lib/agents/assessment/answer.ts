import * as z from 'zod';

/** Verbatim from an exhibit: code finds the offsets. */
const quote = z.object({ exhibit: z.string(), quote: z.string() });

export const assessmentAnswer = z.object({
  /** What is wrong. Each sentence states only what its quotes show. */
  findings: z.array(
    z.object({
      controls: z.array(z.string()),
      title: z.string(),
      sentences: z.array(z.object({ text: z.string(), quotes: z.array(quote) })),
      recommendation: z.string(),
    }),
  ),
  /** What looks in order on a control that no check decides: a person accepts or rejects it. */
  proposals: z.array(
    z.object({
      control: z.string(),
      status: z.enum(['satisfied', 'not-applicable']),
      reason: z.string(),
      quotes: z.array(quote),
    }),
  ),
});
export type AssessmentAnswer = z.infer<typeof assessmentAnswer>;

/** The question's document, as JSON in the last message. */
export interface AssessmentDocument {
  readonly group: { readonly id: string; readonly title: string };
  readonly controls: readonly {
    readonly id: string;
    readonly title: string;
    readonly checks: readonly { readonly id: string; readonly result: string; readonly reason: string }[];
  }[];
  /** Recorded tool output; long ones are shortened, with `[…]` where something is left out. */
  readonly exhibits: readonly Exhibit[];
}

export interface Exhibit {
  /** `E1`, `E2`, … */
  readonly id: string;
  readonly source: string;
  readonly tool: string;
  readonly arguments: string;
  readonly text: string;
}
