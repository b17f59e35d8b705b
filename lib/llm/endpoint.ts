/** One chat completion over the wire: any OpenAI-compatible endpoint. What goes wrong has a name; retries and deadlines are the caller's. */
import OpenAI from 'openai';
import {
  ModelError,
  ModelFiltered,
  ModelFormatRefused,
  ModelRateLimited,
  ModelRefused,
  ModelTimedOut,
  ModelTruncated,
  ModelUnavailable,
} from './errors.ts';

export interface EndpointSettings {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly model: string;
}

/** How an answer's form is asked for; endpoints differ in what they know. */
export type AnswerFormat = 'json_schema' | 'json_object' | 'text';

export interface CompletionRequest {
  readonly messages: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
  readonly format: AnswerFormat;
  readonly name: string;
  readonly schema: object;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Completion {
  readonly text: string;
  readonly finishReason: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface Endpoint {
  readonly model: string;
  /** @throws the errors of errors.ts, and the signal's reason */
  complete(request: CompletionRequest): Promise<Completion>;
}

export function openEndpoint({ apiKey, baseUrl, model }: EndpointSettings): Endpoint {
  // The SDK's own defaults are ten minutes and two retries: the deadline is ours.
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0 });
  return {
    model,
    async complete(request) {
      const { signal, timeoutMs: timeout, messages, maxTokens } = request;
      const body = { model, messages: [...messages], max_completion_tokens: maxTokens, ...formatOf(request) };
      let answer: OpenAI.ChatCompletion;
      try {
        answer = await client.chat.completions.create(body, { signal, timeout });
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw named(error, model, request.format);
      }
      return read(answer, model, messages);
    },
  };
}

function formatOf({
  format,
  name,
  schema,
}: CompletionRequest): Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'response_format'> {
  switch (format) {
    case 'json_schema':
      return { response_format: { type: 'json_schema', json_schema: { name, strict: true, schema: { ...schema } } } };
    case 'json_object':
      return { response_format: { type: 'json_object' } };
    case 'text':
      return {};
  }
}

/** A refusal, a length stop and a content filter all arrive in a successful response. */
function read(answer: OpenAI.ChatCompletion, model: string, messages: CompletionRequest['messages']): Completion {
  const [choice] = answer.choices ?? [];
  const text = choice?.message?.content ?? '';
  const asked = messages.reduce((sum, { content }) => sum + content.length, 0);
  const promptTokens = answer.usage?.prompt_tokens ?? estimated(asked);
  const completionTokens = answer.usage?.completion_tokens ?? estimated(text.length);
  const finishReason = choice?.finish_reason ?? 'none';
  const used = { promptTokens, completionTokens, finishReason };
  if (choice?.message?.refusal) throw ModelError.after(new ModelRefused(`${model} declined to answer.`), used);
  if (finishReason === 'length') throw ModelError.after(new ModelTruncated(`${model} was cut off.`), used);
  if (finishReason === 'content_filter')
    throw ModelError.after(new ModelFiltered(`A content filter withheld the answer of ${model}.`), used);
  return { text, ...used };
}

/** About four characters a token: for endpoints that do not count, and before there is a count. */
export const estimated = (characters: number): number => Math.ceil(characters / 4);

function named(error: unknown, model: string, format: AnswerFormat): ModelError {
  const options = { cause: error };
  if (error instanceof OpenAI.APIConnectionTimeoutError) return new ModelTimedOut(`${model} did not answer in time.`, options);
  if (!(error instanceof OpenAI.APIError))
    return new ModelUnavailable(`The endpoint of ${model} sent what is no answer.`, true, options);
  const { status, headers, message } = error;
  if (status === 429 || status === 529)
    return new ModelRateLimited(`${model} takes no more requests now.`, retryAfter(headers), options);
  const isFormat =
    (status === 400 || status === 422) && format !== 'text' && /response_format|json_schema|json_object|schema/i.test(message);
  if (isFormat) return new ModelFormatRefused(`${model} takes no ${format} answers.`, options);
  const isPassing = status === undefined || status >= 500 || status === 408;
  const said = status === undefined ? '' : ` (HTTP ${status})`;
  return new ModelUnavailable(`The endpoint of ${model} could not be used${said}.`, isPassing, options);
}

/** Seconds; null where the endpoint does not say. A date is read too (RFC 9110). */
function retryAfter(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after');
  if (value == null || value === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(value);
  return Number.isFinite(at) ? Math.max(0, (at - Date.now()) / 1000) : null;
}
