/** The chat completions and embeddings protocol as OpenAI publishes it, as far as a client can see it. */
import { createHash } from 'node:crypto';
import * as z from 'zod';

const part = z.object({ type: z.literal('text'), text: z.string() });
const content = z
  .union([z.string(), z.array(part)])
  .transform((value) => (typeof value === 'string' ? value : value.map(({ text }) => text).join('\n')));

export const chatRequest = z.object({
  model: z.string().min(1),
  messages: z.array(z.object({ role: z.enum(['system', 'developer', 'user', 'assistant']), content })).min(1),
  response_format: z
    .union([
      z.object({
        type: z.literal('json_schema'),
        json_schema: z.object({ name: z.string().regex(/^[\w-]{1,64}$/), strict: z.boolean().optional(), schema: z.unknown() }),
      }),
      z.object({ type: z.enum(['json_object', 'text']) }),
    ])
    .optional(),
  max_completion_tokens: z.int().min(1).optional(),
  max_tokens: z.int().min(1).optional(),
  stream: z.literal(false).optional(),
});
export type ChatRequest = z.infer<typeof chatRequest>;

export const embeddingsRequest = z.object({
  model: z.string().min(1),
  input: z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => (typeof value === 'string' ? [value] : value)),
  encoding_format: z.enum(['float', 'base64']).default('float'),
});

const schemaNode = z.looseObject({
  type: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).default([]),
  $defs: z.record(z.string(), z.unknown()).default({}),
});

/** What an endpoint in strict mode refuses: an object that is open, or that leaves properties out (OpenAI, structured outputs). */
export function strictProblem(schema: unknown, at = '#'): string | null {
  const { type, properties, required, additionalProperties, items, anyOf, $defs } = schemaNode.parse(schema);
  if (at === '#' && type !== 'object') return 'schema must be a JSON Schema of \'type: "object"\'.';
  if (type === 'object') {
    if (additionalProperties !== false) return `${at}: 'additionalProperties' is required to be supplied and to be false.`;
    const missing = Object.keys(properties ?? {}).find((name) => !required.includes(name));
    if (missing !== undefined) return `${at}: 'required' must name every property. Missing '${missing}'.`;
  }
  const below: [string, unknown][] = [
    ...Object.entries(properties ?? {}),
    ...Object.entries($defs),
    ...anyOf.map((one, index): [string, unknown] => [String(index), one]),
    ...(items === undefined ? [] : [['items', items] satisfies [string, unknown]]),
  ];
  for (const [name, one] of below) {
    const problem = strictProblem(one, `${at}/${name}`);
    if (problem !== null) return problem;
  }
  return null;
}

/** About four characters a token, as in English prose: what is counted, and what an answer's limit is measured with. */
export const CHARACTERS_A_TOKEN = 4;
export const tokensIn = (text: string): number => Math.ceil(text.length / CHARACTERS_A_TOKEN);

export interface Message {
  readonly content: string | null;
  readonly refusal: string | null;
}
export type FinishReason = 'stop' | 'length' | 'content_filter';
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export const completion = (id: string, model: string, message: Message, finish: FinishReason, usage: Usage): object => ({
  id: `chatcmpl-${id}`,
  object: 'chat.completion',
  created: 0,
  model,
  choices: [{ index: 0, finish_reason: finish, logprobs: null, message: { role: 'assistant', ...message } }],
  usage: usageOf(usage),
});

export const usageOf = ({ promptTokens, completionTokens }: Usage): object => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

export const errorBody = (message: string, type: string, code: string | null = null): object => ({
  error: { message, type, param: null, code },
});

const DIMENSIONS = 64;

/** Each word has its place: texts with words in common lie near each other. Unit length. */
export function embedding(text: string): number[] {
  const vector = new Array<number>(DIMENSIONS).fill(0);
  for (const word of text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []) {
    const at = createHash('sha256').update(word).digest().readUInt16BE(0) % DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** As the official client asks for it: little-endian 32-bit floats. */
export const base64Of = (vector: readonly number[]): string => Buffer.from(new Float32Array(vector).buffer).toString('base64');
