/** One chat completion over the wire: any OpenAI-compatible endpoint. What goes wrong has a name; retries and deadlines are the caller's. */
import OpenAI from 'openai';
import { timeLimit } from '../runtime/time-limit.ts';
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
import { type ChatAnswer, chatAnswer } from './wire.ts';

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
  /** Older endpoints know the cap by its first name alone: found out once. */
  let cap: 'max_completion_tokens' | 'max_tokens' = 'max_completion_tokens';

  const send = async (request: CompletionRequest, signal: AbortSignal): Promise<unknown> => {
    const { messages, maxTokens, timeoutMs } = request;
    const asked = cap;
    const body = { model, messages: [...messages], [asked]: maxTokens, ...formatOf(request) };
    try {
      // Its own limit is only ever the later one.
      return await client.chat.completions.create(body, { signal, timeout: timeoutMs + 1_000 });
    } catch (error) {
      if (asked === 'max_tokens' || !refusesCap(error)) throw error;
      cap = 'max_tokens';
      return send(request, signal);
    }
  };

  return {
    model,
    async complete(request) {
      const { signal, timeoutMs, messages } = request;
      // The SDK's timeout ends with the headers; an answer that stalls after them must end too.
      const limit = timeLimit(timeoutMs, [signal]);
      try {
        const answer = chatAnswer.safeParse(await send(request, limit.signal));
        if (!answer.success) throw new ModelUnavailable(`The endpoint of ${model} sent what is no answer.`, true);
        return read(answer.data, model, messages);
      } catch (error) {
        if (error instanceof ModelError) throw error;
        if (signal.aborted) throw signal.reason;
        if (!limit.isOver) throw named(error, model, request.format);
        // What was sent may have to be paid for, though no answer came.
        throw ModelError.after(timedOut(model, error), {
          promptTokens: sent(messages),
          completionTokens: 0,
          finishReason: 'none',
        });
      } finally {
        limit.end();
      }
    },
  };
}

const refusesCap = (error: unknown): boolean =>
  error instanceof OpenAI.APIError && isRefusal(error.status) && error.message.includes('max_completion_tokens');
const isRefusal = (status: number | undefined): boolean => status === 400 || status === 422;
const timedOut = (model: string, cause: unknown): ModelTimedOut =>
  new ModelTimedOut(`${model} did not answer in time.`, { cause });

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
function read(answer: ChatAnswer, model: string, messages: CompletionRequest['messages']): Completion {
  const [choice] = answer.choices;
  const text = choice?.message.content ?? '';
  const promptTokens = answer.usage?.prompt_tokens ?? sent(messages);
  const completionTokens = answer.usage?.completion_tokens ?? estimated(text.length);
  const finishReason = choice?.finish_reason ?? 'none';
  const used = { promptTokens, completionTokens, finishReason };
  if (choice?.message.refusal) throw ModelError.after(new ModelRefused(`${model} declined to answer.`), used);
  if (finishReason === 'length') throw ModelError.after(new ModelTruncated(`${model} was cut off.`), used);
  if (finishReason === 'content_filter')
    throw ModelError.after(new ModelFiltered(`A content filter withheld the answer of ${model}.`), used);
  return { text, ...used };
}

/** About four characters a token: for endpoints that do not count. */
const estimated = (characters: number): number => Math.ceil(characters / 4);
const sent = (messages: CompletionRequest['messages']): number =>
  estimated(messages.reduce((sum, { content }) => sum + content.length, 0));

function named(error: unknown, model: string, format: AnswerFormat): ModelError {
  const options = { cause: error };
  if (!(error instanceof OpenAI.APIError))
    return new ModelUnavailable(`The endpoint of ${model} sent what is no answer.`, true, options);
  const { status, headers, message } = error;
  if (status === 429 || status === 529)
    return new ModelRateLimited(`${model} takes no more requests now.`, retryAfter(headers), options);
  const isFormat = isRefusal(status) && format !== 'text' && /response_format|json_schema|json_object|schema/i.test(message);
  if (isFormat) return new ModelFormatRefused(`${model} takes no ${format} answers.`, options);
  const isPassing = status === undefined || status >= 500 || status === 408;
  const said = status === undefined ? '' : ` (HTTP ${status})`;
  return new ModelUnavailable(`The endpoint of ${model} could not be used${said}.`, isPassing, options);
}

/** Seconds; null where the endpoint does not say. A date is read too (RFC 9110). */
function retryAfter(headers: Headers | undefined): number | null {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms / 1000);
  const value = headers?.get('retry-after');
  if (value == null || value === '') return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(value);
  return Number.isFinite(at) ? Math.max(0, (at - Date.now()) / 1000) : null;
}
