import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OAuthRefused } from './errors.ts';
import { checkServer, safeUrl } from './server.ts';

describe('an address that a server names', () => {
  const scheme = fc.constantFrom('https', 'http', 'javascript', 'data', 'file', 'ws', 'blob', 'HTTPS', 'vbscript', 'about');
  const rest = fc.oneof(
    fc.webUrl().map((url) => url.replace(/^https?/, '')),
    fc.string().map((text) => `:${text}`),
  );
  const text = fc.oneof(
    fc.string(),
    fc.tuple(scheme, rest).map(([name, after]) => name + after),
  );

  test('is https without credentials and fragment, or refused in words that do not repeat it', () => {
    fc.assert(
      fc.property(text, (address) => {
        try {
          const { protocol, username, password, hash } = safeUrl(address, 'the endpoint', []);
          expect([protocol, username, password, hash]).toEqual(['https:', '', '', '']);
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthRefused);
          expect(Object(error).message).toMatch(
            /^the endpoint (is no address|does not begin with https:\/\/|holds credentials|has a fragment)$/,
          );
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('may be plain http at exactly the origins that the configuration names', () => {
    const origins = ['http://127.0.0.1:7001'];
    expect(safeUrl('http://127.0.0.1:7001/x', 'it', origins).pathname).toBe('/x');
    for (const other of [
      'http://127.0.0.1:70011/',
      'http://127.0.0.1/',
      'http://127.0.0.1:7001.evil.example/',
      'http://localhost:7001/',
    ]) {
      expect(() => safeUrl(other, 'it', origins)).toThrow(OAuthRefused);
    }
  });
});

const sound = {
  issuer: 'https://auth.example.com',
  authorization_endpoint: 'https://auth.example.com/authorize',
  token_endpoint: 'https://auth.example.com/token',
  registration_endpoint: 'https://auth.example.com/register',
  revocation_endpoint: 'https://auth.example.com/revoke',
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
};

test('a server with one unsafe endpoint is refused whole, whichever it is', () => {
  expect(() => checkServer(sound, [])).not.toThrow();
  const names = ['issuer', 'authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'];
  for (const name of names) {
    expect(() => checkServer({ ...sound, [name]: 'http://auth.example.com/' }, []), name).toThrow('https://');
  }
});
