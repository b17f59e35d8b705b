import OpenAI from 'openai';
import * as z from 'zod';

export interface EmbeddingSettings {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
}

const answer = z.object({ data: z.array(z.object({ index: z.number(), embedding: z.array(z.number()) })) });

/** A vector for each text, in their order. @throws what the SDK throws, and ZodError where the answer is none */
export function openEmbeddings({ apiKey, baseUrl, model }: EmbeddingSettings) {
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0 });
  return async (texts: readonly string[], signal: AbortSignal): Promise<number[][]> => {
    const body = { model, input: [...texts], encoding_format: 'float' as const };
    const { data } = answer.parse(await client.embeddings.create(body, { signal }));
    return data.toSorted((a, b) => a.index - b.index).map(({ embedding }) => embedding);
  };
}
