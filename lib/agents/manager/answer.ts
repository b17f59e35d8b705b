import * as z from 'zod';

/** A model's plan. Names of sources, capabilities and controls are only ever compared with those that exist; tools it is shown, and names none. */
export const planAnswer = z.object({
  tasks: z.array(
    z.object({
      /** As the question names it. */
      source: z.string(),
      /** One of the source's own, or null: look around with its tools. */
      capability: z.string().nullable(),
      controls: z.array(z.string()),
      goal: z.string(),
      /** Tool calls beyond the collector's. */
      toolBudget: z.number(),
      /** Seconds for those calls. */
      deadlineSeconds: z.number(),
    }),
  ),
});
export type PlanAnswer = z.infer<typeof planAnswer>;

/** The question's document, as JSON in the last message. */
export interface PlanDocument {
  readonly framework: {
    readonly id: string;
    readonly title: string;
    readonly controls: readonly { id: string; title: string }[];
  };
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly capabilities: readonly string[];
    readonly tools: readonly string[];
  }[];
  /** Controls that checks already look at, by capability. */
  readonly checks: Readonly<Record<string, readonly string[]>>;
  readonly memory: readonly string[];
  readonly limits: { readonly tasks: number; readonly toolBudget: number; readonly deadlineSeconds: number };
}
