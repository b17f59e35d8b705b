/** What is read of a chat completion. Endpoints differ in everything else, and some in whether they count. */
import * as z from 'zod';

const tokens = z.int().min(0).max(1_000_000_000).nullish().catch(null);

export const chatAnswer = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
});
export type ChatAnswer = z.infer<typeof chatAnswer>;
