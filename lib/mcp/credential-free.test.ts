import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { credentialFree } from './credential-free.ts';

const url = 'https://mcp.example.com/mcp?tenant=acme&api_key=key%2Fin+the-query';
const headers = { authorization: 'Bearer token-7f3a/90c1+5', 'X-Api-Key': 'say "please" 42', 'X-Mode': 'fast' };
const clean = credentialFree({ headers, url });

describe("a connection's credential", () => {
  test.each([
    ['as it was sent', 'no: Bearer token-7f3a/90c1+5.', 'no: [credential].'],
    ['without its scheme', 'token token-7f3a/90c1+5 is unknown', 'token [credential] is unknown'],
    ['under another scheme', 'Token token-7f3a/90c1+5', 'Token [credential]'],
    [
      'in JSON',
      `sent ${JSON.stringify(headers)}`,
      'sent {"authorization":"[credential]","X-Api-Key":"[credential]","X-Mode":"fast"}',
    ],
    ['in a URL', `GET /?t=${encodeURIComponent('token-7f3a/90c1+5')}`, 'GET /?t=[credential]'],
    ['of the query', 'key/in the-query is unknown', '[credential] is unknown'],
    ['of the query, as it is in the address', 'GET /mcp?api_key=key%2Fin%20the-query', 'GET /mcp?api_key=[credential]'],
    ['each time', 'token-7f3a/90c1+5 token-7f3a/90c1+5', '[credential] [credential]'],
  ])('%s is taken out', (_name, said, left) => {
    expect(clean(said)).toBe(left);
  });

  test('whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(clean(`${before}token-7f3a/90c1+5${after}`)).not.toContain('token-7f3a');
      }),
    );
  });
});

test('everything else stays: other words, short values, and all of it where there is no credential', () => {
  const said = 'the tenant acme is fast; token-7f3a is only half';
  expect(clean(said)).toBe(said);
  expect(credentialFree({ headers: {}, url: 'https://mcp.example.com/' })(said)).toBe(said);
});
