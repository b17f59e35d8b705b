import * as z from 'zod';
import { effort } from '../../contract/vocabulary.ts';

/** Most urgent first; findings with one cause share an item. */
export const remediationAnswer = z.object({
  items: z.array(z.object({ findings: z.array(z.string()), title: z.string(), steps: z.array(z.string()), effort })),
});
export type RemediationAnswer = z.infer<typeof remediationAnswer>;

/** The question's document, as JSON in the last message. */
export interface RemediationDocument {
  readonly findings: readonly {
    /** `F1`, `F2`, … the most severe first. */
    readonly id: string;
    readonly title: string;
    readonly severity: string;
    readonly controls: readonly string[];
    readonly description: string;
    /** The check's own steps, or what the assessment recommended. */
    readonly recommended: readonly string[];
    readonly evidence: readonly string[];
  }[];
}
