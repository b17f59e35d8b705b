/** Asks with a schema: strict where the endpoint can, validated always, mended once, retried inside the deadline. */
import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod';
import type { Question } from '../agents/model.ts';
import type { AnswerFormat, Completion, CompletionRequest, Endpoint } from './endpoint.ts';
import {
  ModelError,
  ModelFormatRefused,
  ModelRateLimited,
  ModelTimedOut,
  ModelUnavailable,
  ModelWrongShape,
  type Used,
} from './errors.ts';
import { limits } from './limits.ts';
import { strictSchema } from './strict-schema.ts';

export interface AskTime {
  /** Epoch milliseconds: no answer is waited for beyond it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface Answered<T> {
  readonly value: T;
  /** The JSON that was read as `value`. */
  readonly raw: object;
  readonly used: Used;
}

/** Tries of one question, the first included, against an endpoint that is busy or ill. */
const MAX_TRIES = 4;
/** Milliseconds; doubled each time, jittered. */
const FIRST_PAUSE_MS = 500;
const SPREAD_MS = 250;

/** Of a wrong answer, in characters: what is shown again to the one that gave it. */
export const MAX_REPEATED = 20_000;

/** What an endpoint was found to take: asked once per process, not once per question. */
const formats = new WeakMap<Endpoint, AnswerFormat>();
const next: Readonly<Record<AnswerFormat, AnswerFormat | null>> = { json_schema: 'json_object', json_object: 'text', text: null };

/** @throws ModelError, and the signal's reason */
export async function ask<S extends z.ZodType>(
  endpoint: Endpoint,
  question: Question<S>,
  time: AskTime,
): Promise<Answered<z.output<S>>> {
  const spent = { promptTokens: 0, completionTokens: 0, finishReason: 'none' };
  const note = (used: Used): void => {
    spent.promptTokens += used.promptTokens;
    spent.completionTokens += used.completionTokens;
    spent.finishReason = used.finishReason;
  };
  try {
    const messages: CompletionRequest['messages'][number][] = [...question.messages];
    if (question.aside !== undefined) messages.push({ role: 'user', content: question.aside });
    const first = await complete(endpoint, question, messages, time);
    note(first);
    const read = parsed(question.schema, first.text);
    if (read.ok) return { value: read.value, raw: read.raw, used: spent };
    // Endpoints refuse an empty turn.
    if (first.text !== '') messages.push({ role: 'assistant', content: first.text.slice(0, MAX_REPEATED) });
    messages.push({
      role: 'user',
      content: `That is not the JSON that was asked for (${read.problem}). Answer again, with the JSON alone.`,
    });
    const second = await complete(endpoint, question, messages, time);
    note(second);
    const again = parsed(question.schema, second.text);
    if (again.ok) return { value: again.value, raw: again.raw, used: spent };
    throw new ModelWrongShape(`${endpoint.model} did not answer as “${question.name}” asks.`);
  } catch (error) {
    if (error instanceof ModelError) {
      if (error.used !== null) note(error.used);
      error.used = spent;
    }
    throw error;
  }
}

async function complete<S extends z.ZodType>(
  endpoint: Endpoint,
  { kind, name, schema }: Question<S>,
  messages: CompletionRequest['messages'],
  { deadlineMs, signal }: AskTime,
): Promise<Completion> {
  for (let tries = 1; ; tries += 1) {
    const format = formats.get(endpoint) ?? 'json_schema';
    // Whole milliseconds: the SDK refuses others, and deadlines have fractions.
    const timeoutMs = Math.floor(deadlineMs - Date.now());
    if (timeoutMs <= 0) throw new ModelTimedOut(`${endpoint.model} did not answer in time.`);
    const { json, text } = strictSchema(schema);
    // An endpoint that is not told the schema by the protocol is told in words.
    const told =
      format === 'json_schema'
        ? messages
        : [...messages, { role: 'user' as const, content: `The JSON Schema of the answer: ${text}` }];
    try {
      return await endpoint.complete({
        messages: told,
        format,
        name,
        schema: json,
        maxTokens: limits[kind].maxTokens,
        timeoutMs,
        signal,
      });
    } catch (error) {
      if (error instanceof ModelFormatRefused && next[format] !== null) {
        formats.set(endpoint, next[format]);
        tries -= 1;
        continue;
      }
      const waitMs = waitFor(error, tries);
      if (waitMs === null || tries >= MAX_TRIES || Date.now() + waitMs >= deadlineMs) throw error;
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }
}

/** Milliseconds until another try is worth it; null when none is. */
function waitFor(error: unknown, tries: number): number | null {
  const backOff = FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random());
  if (error instanceof ModelRateLimited && error.retryAfterSeconds !== null) {
    // Many are told the same moment: they need not all come at once.
    return error.retryAfterSeconds * 1000 + Math.random() * SPREAD_MS;
  }
  if (error instanceof ModelRateLimited) return backOff;
  return error instanceof ModelUnavailable && error.isPassing ? backOff : null;
}

type Read<T> = { readonly ok: true; readonly value: T; readonly raw: object } | { readonly ok: false; readonly problem: string };

function parsed<S extends z.ZodType>(schema: S, text: string): Read<z.output<S>> {
  let json: unknown;
  try {
    json = JSON.parse(unfenced(text));
  } catch {
    return { ok: false, problem: 'it is no JSON' };
  }
  if (typeof json !== 'object' || json === null) return { ok: false, problem: 'it is no JSON object' };
  const read = schema.safeParse(json);
  if (read.success) return { ok: true, value: read.data, raw: json };
  // Places only: a message of zod may quote what it was given.
  const places = read.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || 'the whole');
  return { ok: false, problem: `it does not fit the schema at ${places.join(', ')}` };
}

/** Models without a JSON mode put it into a code block. */
const unfenced = (text: string): string => /^\s*```(?:json)?\s*\n([\s\S]*?)\n```\s*$/.exec(text)?.[1] ?? text;
