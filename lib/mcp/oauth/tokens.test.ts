import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OAuthRefused } from './errors.ts';
import { tokensOf } from './tokens.ts';

const asked = { scope: 'asked', refreshToken: 'before' };
const bearer = { access_token: 'a', token_type: 'bearer' };

test('whatever a token endpoint answers, it is tokens that fit a header and a date, or it is refused', () => {
  const field = fc.oneof(fc.string(), fc.double(), fc.constant(undefined), fc.constant('bearer'), fc.object());
  const answer = fc.record({ access_token: field, token_type: field, refresh_token: field, scope: field, expires_in: field });
  const near = fc.tuple(answer, fc.string({ minLength: 1 })).map(([rest, text]) => ({ ...rest, ...bearer, access_token: text }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), answer, near), (given) => {
      try {
        const { accessToken, expiresAt } = tokensOf(given, asked);
        expect(new Headers({ authorization: `Bearer ${accessToken}` }).get('authorization')).toBe(`Bearer ${accessToken}`);
        expect(expiresAt === null || Number.isFinite(expiresAt.getTime())).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(OAuthRefused);
      }
    }),
    { numRuns: 500 },
  );
});

test('what the answer leaves out stays as it was asked for: the scope, and at a renewal the refresh token', () => {
  expect(tokensOf(bearer, asked)).toEqual({ accessToken: 'a', refreshToken: 'before', scope: 'asked', expiresAt: null });
  const whole = { ...bearer, refresh_token: 'next', scope: 'less' };
  expect(tokensOf(whole, asked)).toMatchObject({ refreshToken: 'next', scope: 'less' });
});
