import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import { AuthProblem } from './errors.ts';
import { readJson, writeJson } from './files.ts';
import type { User } from './users.ts';

const ALGORITHM = 'ES256';
const privateJwk = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string(), d: z.string() });

export interface Tokens {
  readonly jwks: JSONWebKeySet;
  readonly lifetimeSeconds: number;
  /** An access token with the claims of a Supabase project (https://supabase.com/docs/guides/auth/jwt-fields). */
  issue(user: User, sessionId: string): Promise<{ token: string; expiresAt: number }>;
  /** Whose token is it? Throws AuthProblem. */
  read(token: string): Promise<{ userId: string; sessionId: string }>;
}

/** ES256 with a key of its own, made on first use. */
export async function openTokens(file: string, issuer: string, lifetimeSeconds: number, now: () => Date): Promise<Tokens> {
  const jwk = (await readJson(file, privateJwk)) ?? (await createKey(file));
  const { kty, crv, x, y } = jwk;
  const kid = await calculateJwkThumbprint({ kty, crv, x, y });
  const privateKey = await importJWK(jwk, ALGORITHM);
  const publicKey = await importJWK({ kty, crv, x, y }, ALGORITHM);
  return {
    jwks: { keys: [{ kty, crv, x, y, kid, alg: ALGORITHM, use: 'sig', key_ops: ['verify'] }] },
    lifetimeSeconds,
    async issue(user, sessionId) {
      const issuedAt = Math.floor(now().getTime() / 1000);
      const expiresAt = issuedAt + lifetimeSeconds;
      const token = await new SignJWT({
        email: user.email,
        phone: '',
        app_metadata: { provider: 'email', providers: ['email'] },
        user_metadata: { email: user.email, email_verified: true },
        role: 'authenticated',
        aal: 'aal1',
        amr: [{ method: 'password', timestamp: issuedAt }],
        session_id: sessionId,
        is_anonymous: false,
      })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(user.id)
        .setAudience('authenticated')
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      return { token, expiresAt };
    },
    async read(token) {
      const claims = z.object({ sub: z.string(), session_id: z.string() });
      try {
        const options = { issuer, audience: 'authenticated', algorithms: [ALGORITHM], currentDate: now() };
        const { payload } = await jwtVerify(token, publicKey, options);
        const { sub, session_id } = claims.parse(payload);
        return { userId: sub, sessionId: session_id };
      } catch {
        throw new AuthProblem(403, 'bad_jwt', 'invalid JWT: unable to parse or verify signature');
      }
    },
  };
}

async function createKey(file: string): Promise<z.output<typeof privateJwk>> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = privateJwk.parse(await exportJWK(privateKey));
  await writeJson(file, jwk);
  return jwk;
}
