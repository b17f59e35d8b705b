import { randomUUID } from 'node:crypto';
import type { Reply } from '../personalities/personality.ts';
import { type Asked, askedAt, stages } from './asked.ts';
import { parseJson } from './json.ts';
import {
  CHARACTERS_A_TOKEN,
  type ChatRequest,
  chatRequest,
  completion,
  errorBody,
  type FinishReason,
  type Message,
  strictProblem,
  tokensIn,
  type Usage,
} from './wire.ts';

/** What goes out, before any waiting. */
export type Outgoing =
  | { readonly kind: 'json'; readonly status: number; readonly body: object; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'hang' | 'drip' | 'break-off' };

/** A question that was understood, or why it was not. */
export type Heard =
  | { readonly asked: Asked; readonly request: ChatRequest; readonly promptTokens: number }
  | { readonly problem: object; readonly asked: Asked | null; readonly model: string; readonly promptTokens: number };

export function hear(body: string, { withoutSchemas }: { readonly withoutSchemas: boolean }): Heard {
  const parsed = chatRequest.safeParse(parseJson(body));
  if (!parsed.success) {
    return { problem: invalid(parsed.error.message), asked: null, model: '', promptTokens: 0 };
  }
  const request = parsed.data;
  const promptTokens = tokensIn(request.messages.map(({ content }) => content).join('\n'));
  const asked = askedIn(request);
  const problem =
    formatProblem(request, withoutSchemas) ??
    (asked === null ? invalid('No question of an agent stands in the messages.') : null);
  if (asked === null || problem !== null) {
    return { problem: problem ?? {}, asked, model: request.model, promptTokens };
  }
  return { asked, request, promptTokens };
}

const invalid = (message: string, code: string | null = null): object => errorBody(message, 'invalid_request_error', code);

function formatProblem({ response_format: format }: ChatRequest, withoutSchemas: boolean): object | null {
  if (format?.type !== 'json_schema') return null;
  if (withoutSchemas) return invalid("'response_format' of type 'json_schema' is not supported with this model.");
  const { strict, schema, name } = format.json_schema;
  const problem = strict === true ? strictProblem(schema) : null;
  return problem === null ? null : invalid(`Invalid schema for response_format '${name}': ${problem}`, 'invalid_json_schema');
}

/** The last message of the user that is a document: after it there may be an aside, or what to mend in an answer. */
function askedIn({ messages, response_format: format }: ChatRequest): Asked | null {
  const named = stages.filter((stage) => format?.type !== 'json_schema' || format.json_schema.name === stage);
  for (const { role, content } of messages.toReversed()) {
    if (role !== 'user') continue;
    const found = named.map((stage) => askedAt(stage, content)).find((one) => one !== null);
    if (found !== undefined) return found;
  }
  return null;
}

export interface Given {
  readonly outgoing: Outgoing;
  readonly usage: Usage;
}

export function give(given: Reply, request: ChatRequest, promptTokens: number): Given {
  const nothing = { promptTokens, completionTokens: 0 };
  switch (given.kind) {
    case 'hang':
    case 'drip':
    case 'break-off':
      return { outgoing: { kind: given.kind }, usage: nothing };
    case 'error': {
      const { status, message, retryAfterSeconds: seconds } = given;
      const type = status === 429 ? 'rate_limit_exceeded' : 'server_error';
      const headers: Record<string, string> = seconds === undefined ? {} : { 'retry-after': String(seconds) };
      return { outgoing: { kind: 'json', status, body: errorBody(message, type, type), headers }, usage: nothing };
    }
    case 'refusal':
      return complete({ content: null, refusal: given.text }, 'stop', request, promptTokens);
    case 'answer':
      return limited(JSON.stringify(given.answer), 'stop', request, promptTokens);
    case 'text':
      return limited(given.text, given.finish, request, promptTokens);
  }
}

function limited(text: string, finish: FinishReason, request: ChatRequest, promptTokens: number): Given {
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  const isOver = tokensIn(text) > limit;
  const content = isOver ? text.slice(0, limit * CHARACTERS_A_TOKEN) : text;
  return complete({ content, refusal: null }, isOver ? 'length' : finish, request, promptTokens);
}

function complete(message: Message, finish: FinishReason, { model }: ChatRequest, promptTokens: number): Given {
  const usage = { promptTokens, completionTokens: tokensIn(message.content ?? message.refusal ?? '') };
  const body = completion(randomUUID(), model, message, finish, usage);
  return { outgoing: { kind: 'json', status: 200, body, headers: {} }, usage };
}
