/** What an assessment of an example should say: examples/<name>.expected.json. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

/** What a document says on a control, and where. */
const planted = z.strictObject({ control: z.string(), document: z.string(), quote: z.string() });
const expected = z.strictObject({
  framework: z.string(),
  /** No check reads these: only a model can raise them. */
  gaps: z.array(planted),
  /** Their counterparts: a model may propose them as satisfied, and must raise nothing. */
  inOrder: z.array(planted),
});
export type Expectations = z.infer<typeof expected>;

export function expectations(example: string): Expectations {
  return expected.parse(JSON.parse(readFileSync(new URL(`../examples/${example}.expected.json`, import.meta.url), 'utf8')));
}
