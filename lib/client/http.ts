/** JSON requests with a bearer token; answers are parsed, errors have a name and a code. */
import * as z from 'zod';
import { ApiRequestFailed, ApiUnreachable, UnexpectedAnswer } from './errors.ts';

export interface HttpSettings {
  /** `https://api.example.org`, without a slash at the end. */
  readonly baseUrl: string;
  /** Asked before every request, so that it can refresh what has expired. */
  readonly token: () => string | Promise<string>;
  readonly fetch: typeof fetch;
}

export interface JsonRequest<S extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its leading slash; ids already encoded. */
  readonly path: string;
  readonly body?: unknown;
  /** What the answer must look like. */
  readonly answer: S;
  /** A POST repeated with the same key is done once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export type SendJson = <S extends z.ZodType>(request: JsonRequest<S>) => Promise<z.infer<S>>;

const REQUEST_MS = 30_000;
const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string(), requestId: z.string().nullish() }) });

/** Throws ApiRequestFailed, ApiUnreachable, UnexpectedAnswer; the abort reason when `signal` was aborted. */
export function jsonSender({ baseUrl, token, fetch }: HttpSettings): SendJson {
  return async ({ method, path, body, answer, idempotencyKey, signal }) => {
    const limit = AbortSignal.timeout(REQUEST_MS);
    const headers: Record<string, string> = { authorization: `Bearer ${await token()}`, accept: 'application/json' };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    const init = { method, headers, signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) };
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${baseUrl}${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
      text = await response.text();
    } catch (error) {
      signal?.throwIfAborted();
      throw new ApiUnreachable('The API cannot be reached.', { cause: error });
    }
    if (!response.ok) throw failure(response, text);
    const parsed = answer.safeParse(text === '' ? null : json(text));
    if (!parsed.success) throw new UnexpectedAnswer(`${method} ${path} answered something unknown.`, { cause: parsed.error });
    return parsed.data;
  };
}

function failure(response: Response, text: string): ApiRequestFailed {
  const parsed = errorBody.safeParse(json(text));
  const { code, message, requestId } = parsed.success
    ? parsed.data.error
    : { code: 'UNKNOWN', message: `The API answered ${response.status}.`, requestId: null };
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfterSeconds = Number.isFinite(seconds) ? seconds : null;
  return new ApiRequestFailed({ status: response.status, code, message, requestId: requestId ?? null, retryAfterSeconds });
}

/** Null for what is no JSON: every schema then refuses it. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
