import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KeysUnavailable, Unauthenticated } from './errors.ts';
import { type Authority, forgedTokens, nowSeconds, someone, startAuthority } from './testing.ts';
import { openVerifier, type Verifier } from './verify.ts';

let authority: Authority;
let verify: Verifier;
beforeAll(async () => {
  authority = await startAuthority();
  verify = openVerifier({ supabaseUrl: authority.url });
});
afterAll(() => authority.stop());

describe('a good token', () => {
  test('gives the person and the moment after which nothing is allowed', async () => {
    const exp = nowSeconds() + 60;
    expect(await verify(await authority.token({ exp }))).toEqual({ userId: someone, email: 'ada@example.com', expiresAt: exp });
  });

  test('without an email gives null, not an empty address', async () => {
    expect(await verify(await authority.token({ email: '' }))).toMatchObject({ email: null });
    expect(await verify(await authority.token({ email: undefined }))).toMatchObject({ email: null });
  });

  test('is good for five seconds longer, because clocks differ', async () => {
    expect(await verify(await authority.token({ exp: nowSeconds() - 2 }))).toMatchObject({ userId: someone });
  });

  test('is good whether SUPABASE_URL ends with a slash or not', async () => {
    const slashed = openVerifier({ supabaseUrl: `${authority.url}/` });
    expect(await slashed(await authority.token())).toMatchObject({ userId: someone });
  });

  test('names the same person whatever the case of its sub', async () => {
    expect(await verify(await authority.token({ sub: 'ABCDEF00-4444-4444-8444-44444444ABCD' }))).toMatchObject({
      userId: 'abcdef00-4444-4444-8444-44444444abcd',
    });
  });
});

test('no forged token is accepted, none causes another error, and none makes the key server fetched again and again', async () => {
  await verify(await authority.token());
  const before = authority.fetches();
  const corpus = await forgedTokens(authority);
  const outcomes = await Promise.all(
    corpus.map(async ([name, token]) => {
      const outcome = await verify(token).then(
        () => 'accepted',
        (error: unknown) => (error instanceof Unauthenticated ? 'refused' : `failed: ${String(error)}`),
      );
      return `${name}: ${outcome}`;
    }),
  );
  expect(outcomes).toEqual(corpus.map(([name]) => `${name}: refused`));
  expect(corpus.length).toBeGreaterThan(50);
  expect(authority.fetches() - before).toBeLessThanOrEqual(1);
});

test('the message of a refusal does not quote the token', async () => {
  const token = await authority.token({ role: 'canary' });
  await expect(verify(token)).rejects.toThrow(/^The claim role is missing or not accepted\.$/);
});

describe('the key set', () => {
  test('is fetched once for many tokens', async () => {
    const fresh = openVerifier({ supabaseUrl: authority.url });
    const before = authority.fetches();
    const token = await authority.token();
    await Promise.all(Array.from({ length: 20 }, () => fresh(token)));
    await fresh(token);
    expect(authority.fetches() - before).toBe(1);
  });

  test('is fetched again when a token names a key that is not in it', async () => {
    const project = await startAuthority();
    // The cool-down that keeps invented key ids from becoming requests: with none, a rotation is seen at once.
    const fresh = openVerifier({ supabaseUrl: project.url, cooldownMs: 0 });
    await fresh(await project.token());
    await project.rotate();
    expect(await fresh(await project.token())).toMatchObject({ userId: someone });
    await project.stop();
  });

  test.each(['down', 'huge', 'redirect', 'not-json', 'hang'] as const)(
    'when its server is %s nobody can tell: KeysUnavailable, not a refusal',
    async (fault) => {
      const project = await startAuthority();
      project.misbehave(fault);
      const fresh = openVerifier({ supabaseUrl: project.url, fetchMs: 200 });
      await expect(fresh(await project.token())).rejects.toThrow(KeysUnavailable);
      project.misbehave(null);
      expect(await fresh(await project.token())).toMatchObject({ userId: someone });
      await project.stop();
    },
  );
});

test('a request that was given up asks for nothing', async () => {
  const aborted = AbortSignal.abort(new Error('gone'));
  await expect(verify(await authority.token(), aborted)).rejects.toThrow('gone');
});
