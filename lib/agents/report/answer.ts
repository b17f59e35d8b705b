import * as z from 'zod';

/** Each sentence is printed only as far as its evidence and figures hold. */
const sentence = z.object({
  text: z.string(),
  /** Labels of evidence: `V1`. */
  evidence: z.array(z.string()),
  /** JSON pointers of figures. */
  figures: z.array(z.string()),
});

export const sectionAnswer = z.object({
  sentences: z.array(sentence),
  /** Only asked of the section on weaknesses. */
  findings: z.array(z.object({ finding: z.string(), sentences: z.array(sentence) })),
});
export type SectionAnswer = z.infer<typeof sectionAnswer>;

export const summaryAnswer = z.object({ sentences: z.array(sentence) });
export type WrittenSentence = z.infer<typeof sentence>;

/** The question's document, as JSON in the last message; a summary has the same. */
export interface SectionDocument {
  readonly section: { readonly id: string; readonly title: string; readonly purpose: string };
  /** By JSON pointer into the report. */
  readonly figures: Readonly<Record<string, string | number | boolean>>;
  /** `F1`, `F2`, … the most severe first. */
  readonly findings: readonly {
    readonly id: string;
    readonly title: string;
    readonly severity: string;
    readonly controls: readonly string[];
    readonly evidence: readonly string[];
    /** Where its title, severity and controls stand. */
    readonly figures: readonly string[];
  }[];
  /** `V1`, `V2`, … */
  readonly evidence: readonly { readonly id: string; readonly where: string; readonly says: string }[];
}
