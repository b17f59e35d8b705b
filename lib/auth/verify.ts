import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as z from 'zod';
import type { Principal } from '../contract/principal.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { KeysUnavailable, Unauthenticated } from './errors.ts';

/** Throws Unauthenticated for a token that proves nothing, KeysUnavailable when that cannot be told. */
export type Verifier = (token: string, signal?: AbortSignal) => Promise<Principal>;

interface Options {
  readonly supabaseUrl: string;
  readonly audience?: string;
  /** The keys, where they need not be fetched. */
  readonly jwks?: JWTVerifyGetKey;
  readonly now?: () => Date;
  /** The longest a fetch of the key set may take; default 5 s. */
  readonly fetchMs?: number;
  /** The shortest time between two fetches for an unknown key id; default 30 s. */
  readonly cooldownMs?: number;
}

/**
 * Asymmetric only: with a shared secret (HS256) whoever verifies can also sign, and a public key fed to an HMAC would pass.
 * Supabase projects that still sign with the shared secret have to turn on signing keys.
 */
const algorithms = ['ES256', 'RS256'];

/** Seconds that two clocks may differ. */
const LEEWAY_S = 5;
const MAX_TOKEN_LENGTH = 8192;

/**
 * `anon` and `service_role` are API keys, not people; a sign-in without an identity (`is_anonymous`) carries the role
 * `authenticated`, so it is asked for by name.
 */
const claims = z.object({
  sub: z.uuid(),
  exp: z.number(),
  role: z.literal('authenticated'),
  is_anonymous: z.literal(false).optional(),
  email: z.string().max(320).optional(),
});

/** Verifies tokens of one Supabase project (https://supabase.com/docs/guides/auth/jwts): the only way to a Principal. */
export function openVerifier(options: Options): Verifier {
  const { supabaseUrl, audience = 'authenticated', now = () => new Date() } = options;
  const issuer = `${supabaseUrl.replace(/\/+$/, '')}/auth/v1`;
  const keys = options.jwks ?? remoteKeys(issuer, options);
  return async (token, signal) => {
    signal?.throwIfAborted();
    if (token.length > MAX_TOKEN_LENGTH) throw new Unauthenticated('The token is too long.');
    const payload = await verifySignature(token, keys, { issuer, audience, currentDate: now() });
    const parsed = claims.safeParse(payload);
    if (!parsed.success)
      throw new Unauthenticated(`The claim ${String(parsed.error.issues[0]?.path[0])} is missing or not accepted.`);
    const { sub, exp, email } = parsed.data;
    return { userId: sub.toLowerCase(), email: email || null, expiresAt: exp };
  };
}

async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { issuer: string; audience: string; currentDate: Date },
): Promise<unknown> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      ...expected,
      algorithms,
      clockTolerance: LEEWAY_S,
      requiredClaims: ['sub', 'exp', 'aud', 'iss'],
    });
    return payload;
  } catch (error) {
    if (isTokenFault(error)) throw new Unauthenticated(`The token was refused: ${error.code}.`, { cause: error });
    throw new KeysUnavailable('The signing keys could not be fetched.', { cause: error });
  }
}

/** Every other error comes from fetching or reading the key set. */
function isTokenFault(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}

/**
 * Fetched on first use, kept 10 min, and fetched again at once for a key id that is not in it (rotation), but at most every
 * 30 s: a stream of tokens with invented key ids must not become a stream of requests.
 */
const remoteKeys = (issuer: string, { fetchMs = 5_000, cooldownMs = 30_000 }: Options): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    timeoutDuration: fetchMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: 600_000,
    [customFetch]: boundedFetch(256 * 1024),
  });
