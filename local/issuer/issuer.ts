/**
 * Sign-in on one machine: the part of the Supabase Auth API that supabase-js calls (sign-up, password, refresh, user, sign-out,
 * key set), so that clients and verification are the same as with a Supabase project.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import * as z from 'zod';
import { corsHeaders, preflightHeaders } from '../gateway/cors.ts';
import { readBody, sendJson, serveLoopback } from '../gateway/loopback-server.ts';
import { AuthProblem, IssuerOnAws } from './errors.ts';
import { openTokens, type Tokens } from './tokens.ts';
import { openUsers, type SignedIn, type User, type Users } from './users.ts';

export interface Issuer {
  /** The value of SUPABASE_URL. */
  readonly url: string;
  /** supabase-js insists on one; nothing here depends on it. */
  readonly anonKey: string;
  stop(): Promise<void>;
}

interface Options {
  /** Holds `key.json` and `users.json`. */
  readonly dataDir: string;
  /** Tokens name the address as their issuer: a fixed port keeps sessions good over a restart. */
  readonly port?: number;
  readonly allowedOrigins?: readonly string[];
  readonly tokenSeconds?: number;
  readonly now?: () => Date;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const root = '/auth/v1';
const MAX_BODY_BYTES = 16 * 1024;

/** Throws IssuerOnAws inside Lambda, ECS or CodeBuild. */
export async function startIssuer(options: Options): Promise<Issuer> {
  const { dataDir, port, allowedOrigins = [], tokenSeconds = 3600, now = () => new Date(), environment = process.env } = options;
  if (environment['AWS_LAMBDA_FUNCTION_NAME'] || environment['AWS_EXECUTION_ENV']) {
    throw new IssuerOnAws('The local issuer does not run on AWS: set SUPABASE_URL to a Supabase project.');
  }
  const users = await openUsers(join(dataDir, 'users.json'), now);
  // Known only once the server listens; no request can come before that.
  let answer: (request: IncomingMessage) => Promise<Answer> = async () => ({ status: 503, body: {} });
  const loopback = await serveLoopback(
    async (request, response) => await respond(request, response, answer, allowedOrigins),
    port === undefined ? {} : { port },
  );
  const tokens = await openTokens(join(dataDir, 'key.json'), `${loopback.url}${root}`, tokenSeconds, now);
  answer = async (request) => await route(request, users, tokens);
  return { url: loopback.url, anonKey: 'local-publishable-key', stop: () => loopback.stop() };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: IncomingMessage) => Promise<Answer>,
  allowedOrigins: readonly string[],
): Promise<void> {
  const { origin } = request.headers;
  if (request.method === 'OPTIONS') {
    response.writeHead(204, preflightHeaders(origin, allowedOrigins)).end();
    return;
  }
  // From this version on, errors carry `code` as text.
  const headers = { 'x-supabase-api-version': '2024-01-01', ...corsHeaders(origin, allowedOrigins) };
  const { status, body } = await answer(request).catch(problem);
  if (status === 204) response.writeHead(status, headers).end();
  else sendJson(response, status, body, headers);
}

function problem(error: unknown): Answer {
  if (error instanceof AuthProblem) return { status: error.status, body: { code: error.code, message: error.message } };
  return { status: 500, body: { code: 'unexpected_failure', message: 'The local issuer failed.' } };
}

const credentials = z.object({ email: z.email(), password: z.string().min(1).max(256) });
const refresh = z.object({ refresh_token: z.string().min(1).max(256) });
const scopes = z.enum(['global', 'local', 'others']);

async function route(request: IncomingMessage, users: Users, tokens: Tokens): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  switch (`${request.method} ${url.pathname}`) {
    case `GET ${root}/health`:
      return { status: 200, body: { name: 'local issuer', version: '1' } };
    case `GET ${root}/.well-known/jwks.json`:
      return { status: 200, body: tokens.jwks };
    case `POST ${root}/signup`: {
      const { email, password } = await read(request, credentials);
      return await sessionAnswer(await users.signUp(email, password), tokens);
    }
    case `POST ${root}/token`:
      return await sessionAnswer(await grant(request, url.searchParams.get('grant_type'), users), tokens);
    case `GET ${root}/user`: {
      const { user } = await current(request, users, tokens);
      return { status: 200, body: publicUser(user) };
    }
    case `POST ${root}/logout`: {
      const { user, sessionId } = await current(request, users, tokens);
      await users.signOut(user.id, sessionId, scopes.catch('global').parse(url.searchParams.get('scope')));
      return { status: 204, body: null };
    }
    default:
      throw new AuthProblem(404, 'not_found', 'The local issuer has no such endpoint.');
  }
}

async function grant(request: IncomingMessage, kind: string | null, users: Users): Promise<SignedIn> {
  if (kind === 'password') {
    const { email, password } = await read(request, credentials);
    return await users.signIn(email, password);
  }
  if (kind === 'refresh_token') return await users.refresh((await read(request, refresh)).refresh_token);
  throw new AuthProblem(400, 'validation_failed', 'unsupported_grant_type');
}

async function current(request: IncomingMessage, users: Users, tokens: Tokens): Promise<{ user: User; sessionId: string }> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new AuthProblem(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  const { userId, sessionId } = await tokens.read(token);
  const user = users.find(userId, sessionId);
  if (user === null) throw new AuthProblem(403, 'session_not_found', 'Session from session_id claim in JWT does not exist');
  return { user, sessionId };
}

async function read<T extends z.ZodType>(request: IncomingMessage, schema: T): Promise<z.output<T>> {
  try {
    return schema.parse(JSON.parse((await readBody(request, MAX_BODY_BYTES)).toString('utf8')));
  } catch {
    throw new AuthProblem(400, 'validation_failed', 'The body does not fit.');
  }
}

async function sessionAnswer({ user, sessionId, refreshToken }: SignedIn, tokens: Tokens): Promise<Answer> {
  const { token, expiresAt } = await tokens.issue(user, sessionId);
  return {
    status: 200,
    body: {
      access_token: token,
      token_type: 'bearer',
      expires_in: tokens.lifetimeSeconds,
      expires_at: expiresAt,
      refresh_token: refreshToken,
      user: publicUser(user),
    },
  };
}

function publicUser(user: User) {
  return {
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    email_confirmed_at: user.createdAt,
    phone: '',
    confirmed_at: user.createdAt,
    last_sign_in_at: user.lastSignInAt,
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: { email: user.email, email_verified: true },
    identities: [],
    created_at: user.createdAt,
    updated_at: user.lastSignInAt,
    is_anonymous: false,
  };
}
