import * as z from 'zod';
import type { Principal } from '../../contract/principal.ts';
import { ApiError } from '../errors.ts';
import type { Logger } from '../logger.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `{ redirect }` answers 303 to a short-lived URL; a missing `body` answers without one. */
export type RouteAnswer<R> = { readonly status?: number; readonly body?: R } | { readonly redirect: string };

export interface RouteContext<Who, P, Q, B> {
  readonly principal: Who;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly requestId: string;
  /** Aborts when the request's time is up: pass it to everything that waits. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds of that moment. */
  readonly deadline: number;
  readonly logger: Logger;
}

interface Spec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  readonly method: Method;
  /** As API Gateway writes it: `/projects/{projectId}`. */
  readonly path: string;
  /** One sentence for the OpenAPI document. */
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** The status of an answer that names none; 200 unless given. */
  readonly status?: number;
  /** False for an answer that is good once, or secret: an Idempotency-Key is then not heeded. */
  readonly keepsAnswer?: boolean;
}
interface BearerSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>
  extends Spec<P, Q, B, R> {
  readonly auth: 'bearer';
  handle(context: RouteContext<Principal, z.output<P>, z.output<Q>, z.output<B>>): Promise<RouteAnswer<z.input<R>>>;
}
interface PublicSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>
  extends Spec<P, Q, B, R> {
  readonly auth: 'none';
  handle(context: RouteContext<null, z.output<P>, z.output<Q>, z.output<B>>): Promise<RouteAnswer<z.input<R>>>;
}

/** What a request brings before its route has looked at it. */
export interface RawCall {
  readonly principal: Principal | null;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly logger: Logger;
}

/** A route with its types closed over: `prepare` validates and gives back the call that is left to make. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly auth: 'bearer' | 'none';
  readonly summary: string;
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly response: z.ZodType;
  readonly status: number;
  readonly keepsAnswer: boolean;
  /** Throws ApiError BAD_REQUEST that names every wrong field. */
  prepare(call: RawCall): () => Promise<RouteAnswer<unknown>>;
}

export function route<
  R extends z.ZodType,
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
>(spec: BearerSpec<P, Q, B, R> | PublicSpec<P, Q, B, R>): Route {
  const { method, path, auth, summary, params, query, body, response, status = 200, keepsAnswer = true } = spec;
  return {
    method,
    path,
    auth,
    summary,
    params,
    query,
    body,
    response,
    status,
    keepsAnswer, // biome-ignore format: as above
    prepare(call) {
      const problems: Problem[] = [];
      const given = {
        params: check('params', spec.params, call.params, problems),
        query: check('query', spec.query, call.query, problems),
        body: check('body', spec.body, call.body, problems),
      };
      const [first] = problems;
      if (first !== undefined) throw new ApiError('BAD_REQUEST', `${first.field}: ${first.message}`, problems);
      const { requestId, signal, deadline, logger, principal } = call;
      const context = { ...given, requestId, signal, deadline, logger };
      if (spec.auth === 'none') return () => spec.handle({ ...context, principal: null });
      if (principal === null) throw new ApiError('UNAUTHENTICATED', 'This route needs a bearer token.');
      return () => spec.handle({ ...context, principal });
    },
  };
}

interface Problem {
  /** `body.name`, `query.limit`, `params.projectId`. */
  readonly field: string;
  readonly message: string;
}

/** Collects problems instead of throwing, so that one answer names them all. The value is only used when there are none. */
function check<T extends z.ZodType>(place: string, schema: T | undefined, value: unknown, problems: Problem[]): z.output<T> {
  const parsed = (schema ?? z.undefined()).safeParse(schema === undefined ? undefined : value);
  if (parsed.success) return parsed.data as z.output<T>;
  for (const issue of parsed.error.issues.slice(0, 20)) {
    problems.push({ field: [place, ...issue.path].join('.'), message: issue.message });
  }
  return undefined as z.output<T>;
}
