/** What an assessment of an example should say: examples/<name>.expected.json. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const observed = z.strictObject({ check: z.string(), resources: z.array(z.string()).min(1) });
/** What a document says on a control, and where. */
const planted = z.strictObject({ control: z.string(), document: z.string(), quote: z.string() });

/** Of an example that checks decide. */
const checked = z.strictObject({
  /** Each check fails on each of its resources. */
  findings: z.array(observed),
  /** Their counterparts, on which it does not. */
  clean: z.array(observed),
});
/** Of an example that no check reads. */
const read = z.strictObject({
  framework: z.string(),
  /** Only a model can raise these. */
  gaps: z.array(planted),
  /** Their counterparts: a model may propose them as satisfied, and must raise nothing. */
  inOrder: z.array(planted),
});
export type Checked = z.infer<typeof checked>;
export type Read = z.infer<typeof read>;
export type Planted = z.infer<typeof planted>;

const json = (example: string): unknown =>
  JSON.parse(readFileSync(new URL(`../examples/${example}.expected.json`, import.meta.url), 'utf8'));

export const checkedExample = (example: string): Checked => checked.parse(json(example));
export const readExample = (example: string): Read => read.parse(json(example));
