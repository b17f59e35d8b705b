import OpenAI from 'openai';
import * as z from 'zod';
import {
  ModelFiltered,
  ModelRateLimited,
  ModelRefused,
  ModelTimedOut,
  ModelTruncated,
  ModelUnavailable,
  ModelWrongShape,
} from './errors.ts';
import type { Model, Question } from './model.ts';

export interface ModelSettings {
  /** Null: no model. */
  readonly apiKey: string | null;
  readonly baseUrl: string;
  readonly model: string | null;
}

/** Any OpenAI-compatible endpoint; null where no key or no model is configured. */
export function openModel({ apiKey, baseUrl, model }: ModelSettings): Model | null {
  if (apiKey === null || model === null) return null;
  // The SDK's own defaults are ten minutes and two retries: the deadline is ours.
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0 });
  return {
    name: model,
    async askFor(question) {
      const completion = await ask(client, model, question);
      const [choice] = completion.choices;
      // All three arrive in a successful response.
      if (choice === undefined) throw new ModelWrongShape(`${model} answered nothing.`);
      if (choice.message.refusal) throw new ModelRefused(`${model} declined to answer.`);
      if (choice.finish_reason === 'length') throw new ModelTruncated(`${model} was cut off.`);
      if (choice.finish_reason === 'content_filter') throw new ModelFiltered(`A content filter withheld the answer of ${model}.`);
      const parsed = question.schema.safeParse(parseJson(choice.message.content ?? ''));
      if (!parsed.success) throw new ModelWrongShape(`${model} did not answer as ${question.name} asks.`);
      return parsed.data;
    },
  };
}

async function ask<S extends z.ZodType>(client: OpenAI, model: string, question: Question<S>): Promise<OpenAI.ChatCompletion> {
  const { schema, name, messages, timeoutMs, signal } = question;
  const format = { type: 'json_schema', json_schema: { name, strict: true, schema: z.toJSONSchema(schema) } } as const;
  try {
    return await client.chat.completions.create(
      { model, messages: messages.map((message) => ({ ...message })), response_format: format },
      { signal, timeout: timeoutMs },
    );
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof OpenAI.APIConnectionTimeoutError)
      throw new ModelTimedOut(`${model} did not answer in time.`, { cause: error });
    if (error instanceof OpenAI.RateLimitError) {
      const seconds = Number(error.headers.get('retry-after') ?? Number.NaN);
      throw new ModelRateLimited(`${model} takes no more requests now.`, Number.isFinite(seconds) ? seconds : null, {
        cause: error,
      });
    }
    const status = error instanceof OpenAI.APIError && error.status !== undefined ? ` (HTTP ${error.status})` : '';
    throw new ModelUnavailable(`The endpoint of ${model} could not be used${status}.`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
