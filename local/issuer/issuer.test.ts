import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openVerifier } from '../../lib/auth/verify.ts';
import { IssuerFileUnusable, IssuerOnAws } from './errors.ts';
import { type Issuer, startIssuer } from './issuer.ts';

const folder = () => mkdtemp(join(tmpdir(), 'assay-issuer-'));
const password = 'correct horse battery';
const origin = 'http://localhost:5173';

let dataDir: string;
let issuer: Issuer;
beforeAll(async () => {
  dataDir = await folder();
  issuer = await startIssuer({ dataDir, allowedOrigins: [origin] });
});
afterAll(() => issuer.stop());

const client = (of: Issuer = issuer): SupabaseClient =>
  createClient(of.url, of.anonKey, { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } });

let people = 0;
async function signedUp() {
  people += 1;
  const email = `person-${people}@example.com`;
  const supabase = client();
  const { data, error } = await supabase.auth.signUp({ email, password });
  if (error !== null || data.session === null || data.user === null) throw new Error(`sign-up failed: ${error?.message}`);
  return { supabase, email, session: data.session, user: data.user };
}

describe('the unmodified supabase-js', () => {
  test('signs up and is signed in at once', async () => {
    const { user, email, session } = await signedUp();
    expect(user).toMatchObject({ email, aud: 'authenticated', role: 'authenticated' });
    expect(session.expires_in).toBe(3600);
  });

  test('signs in with the password, whatever the case of the address', async () => {
    const { email, user } = await signedUp();
    const { data, error } = await client().auth.signInWithPassword({ email: email.toUpperCase(), password });
    expect(error).toBeNull();
    expect(data.user?.id).toBe(user.id);
  });

  test('refreshes; a refresh token used twice ends the session', async () => {
    const { supabase, session, user } = await signedUp();
    const next = await supabase.auth.refreshSession();
    expect(next.error).toBeNull();
    expect(next.data.user?.id).toBe(user.id);
    expect(next.data.session?.refresh_token).not.toBe(session.refresh_token);
    const replayed = await client().auth.refreshSession({ refresh_token: session.refresh_token });
    expect(replayed.error).toMatchObject({ code: 'refresh_token_already_used', status: 400 });
    const after = await client().auth.refreshSession({ refresh_token: next.data.session?.refresh_token ?? '' });
    expect(after.error).toMatchObject({ code: 'refresh_token_not_found' });
  });

  test('getUser asks the issuer, getClaims verifies with its key set', async () => {
    const { supabase, session, user, email } = await signedUp();
    expect((await supabase.auth.getUser()).data.user).toMatchObject({ id: user.id, email });
    const { data, error } = await supabase.auth.getClaims(session.access_token);
    expect(error).toBeNull();
    expect(data?.claims).toMatchObject({ sub: user.id, email, role: 'authenticated', iss: `${issuer.url}/auth/v1` });
    expect(data?.header.alg).toBe('ES256');
  });

  test('signs out: the session is gone at once for getUser and refresh', async () => {
    const { supabase, session } = await signedUp();
    expect((await supabase.auth.signOut()).error).toBeNull();
    expect((await client().auth.getUser(session.access_token)).error).not.toBeNull();
    expect((await client().auth.refreshSession({ refresh_token: session.refresh_token })).error).not.toBeNull();
  });

  test.each([
    [
      'a wrong password',
      async () => client().auth.signInWithPassword({ email: (await signedUp()).email, password: 'wrong horse' }),
      'invalid_credentials',
    ],
    [
      'an unknown address',
      () => client().auth.signInWithPassword({ email: 'nobody@example.com', password }),
      'invalid_credentials',
    ],
    ['a taken address', async () => client().auth.signUp({ email: (await signedUp()).email, password }), 'user_already_exists'],
    ['a short password', () => client().auth.signUp({ email: 'short@example.com', password: 'short' }), 'weak_password'],
    ['no address', () => client().auth.signUp({ email: 'not-an-address', password }), 'validation_failed'],
    ['an invented refresh token', () => client().auth.refreshSession({ refresh_token: 'x.y' }), 'refresh_token_not_found'],
  ])('%s: the error code of Supabase', async (_name, attempt, code) => {
    expect((await attempt()).error).toMatchObject({ code });
  });
});

test('its tokens are what our own verifier accepts', async () => {
  const { session, user, email } = await signedUp();
  const verify = openVerifier({ supabaseUrl: issuer.url });
  expect(await verify(session.access_token)).toEqual({ userId: user.id, email, expiresAt: session.expires_at });
  expect(decodeProtectedHeader(session.access_token)).toMatchObject({ alg: 'ES256', typ: 'JWT', kid: expect.any(String) });
  expect(decodeJwt(session.access_token)).toMatchObject({ aud: 'authenticated', is_anonymous: false, aal: 'aal1' });
});

test('eight sign-ups of one address at the same moment make one account', async () => {
  const attempts = await Promise.all(
    Array.from({ length: 8 }, () => client().auth.signUp({ email: 'race@example.com', password })),
  );
  expect(attempts.filter(({ error }) => error === null)).toHaveLength(1);
});

test("accounts, sessions and the key survive a restart; the files hold no password and are the owner's alone", async () => {
  const dir = await folder();
  const first = await startIssuer({ dataDir: dir });
  const { data } = await client(first).auth.signUp({ email: 'ada@example.com', password });
  await first.stop();
  const port = Number(new URL(first.url).port);
  const second = await startIssuer({ dataDir: dir, port });
  const refreshed = await client(second).auth.refreshSession({ refresh_token: data.session?.refresh_token ?? '' });
  expect(refreshed.error).toBeNull();
  expect(await openVerifier({ supabaseUrl: second.url })(data.session?.access_token ?? '')).toMatchObject({
    userId: data.user?.id,
  });
  await second.stop();
  for (const file of ['users.json', 'key.json']) {
    expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dir, file), 'utf8')).not.toContain(password);
  }
});

test('a damaged file is named and not overwritten', async () => {
  const dir = await folder();
  await writeFile(join(dir, 'users.json'), '{"version":1,"users":[{}]}');
  await expect(startIssuer({ dataDir: dir })).rejects.toThrow(IssuerFileUnusable);
  expect(await readFile(join(dir, 'users.json'), 'utf8')).toContain('[{}]');
});

test.each([{ AWS_LAMBDA_FUNCTION_NAME: 'f' }, { AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE' }])(
  'refuses to start with %j',
  async (environment) => {
    await expect(startIssuer({ dataDir: await folder(), environment })).rejects.toThrow(IssuerOnAws);
  },
);

describe('over HTTP', () => {
  test('an allowed origin may call it from a browser, another may not', async () => {
    const preflight = (from: string) =>
      fetch(`${issuer.url}/auth/v1/token`, {
        method: 'OPTIONS',
        headers: { origin: from, 'access-control-request-method': 'POST' },
      });
    const allowed = await preflight(origin);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('x-supabase-api-version');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('the key set shows the public half only', async () => {
    const text = await (await fetch(`${issuer.url}/auth/v1/.well-known/jwks.json`)).text();
    expect(text).toContain('"kid"');
    expect(text).not.toContain('"d"');
  });

  test('it answers under its own name only (DNS rebinding)', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) =>
      request(`${issuer.url}/auth/v1/health`, { headers: { host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      ).end(),
    );
    expect(status).toBe(421);
  });

  test('a body that is too large or no JSON is refused', async () => {
    const post = (body: string) => fetch(`${issuer.url}/auth/v1/signup`, { method: 'POST', body });
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify({ email: 'a@example.com', password: 'x'.repeat(20_000) }))).status).toBe(400);
  });
});
