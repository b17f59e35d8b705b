import type * as z from 'zod';
import type { Question } from '../agents/model.ts';
import { MAX_REPEATED } from './ask.ts';
import type { Used } from './errors.ts';
import { limits } from './limits.ts';
import { strictSchema } from './strict-schema.ts';

export type Tokens = Pick<Used, 'promptTokens' | 'completionTokens'>;

/** Three bytes a token is more than text, code or JSON need. */
const atMost = (bytes: number): number => Math.ceil(bytes / 3);
const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/** The most that a question costs: asked, answered at full length, and asked once more with the wrong answer before it. */
export function mostOf<S extends z.ZodType>({ kind, messages, aside = '', schema }: Question<S>): Tokens {
  const texts = messages.reduce((sum, { content }) => sum + bytesOf(content), bytesOf(aside) + strictSchema(schema).text.length);
  return { promptTokens: 2 * atMost(texts) + atMost(MAX_REPEATED), completionTokens: 2 * limits[kind].maxTokens };
}
