import * as z from 'zod';
import { OAuthRefused } from './errors.ts';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** As granted, else as asked. */
  readonly scope: string | null;
  /** Null where the server does not say. */
  readonly expiresAt: Date | null;
}

/** A year. Longer lifetimes are cut: the date must be one, and nothing is trusted that long. Seconds. */
const MAX_LIFETIME = 31_536_000;

const answer = z.object({
  // It becomes a header: visible ASCII alone (RFC 6750, 2.1, has fewer characters still).
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  token_type: z.string().regex(/^bearer$/i),
  refresh_token: z
    .string()
    .regex(/^[\x20-\x7e]{1,16384}$/)
    .optional(),
  scope: z.string().max(4000).optional(),
  expires_in: z.number().nonnegative().optional(),
});

/** @throws OAuthRefused */
export function tokensOf(given: unknown, asked: Pick<Tokens, 'scope' | 'refreshToken'>): Tokens {
  const parsed = answer.safeParse(given);
  if (!parsed.success) throw new OAuthRefused('exchange', 'the authorisation server gave no bearer token that could be sent');
  const { access_token: accessToken, refresh_token: refreshToken, scope, expires_in: seconds } = parsed.data;
  return {
    accessToken,
    refreshToken: refreshToken ?? asked.refreshToken,
    scope: scope ?? asked.scope,
    expiresAt: seconds === undefined ? null : new Date(Date.now() + Math.min(seconds, MAX_LIFETIME) * 1000),
  };
}
