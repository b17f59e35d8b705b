import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auth } from './connections.ts';

const accepts = (headers: Record<string, string>): boolean => auth.safeParse({ kind: 'headers', headers }).success;

/** Names that no connection may set, whatever their case. */
const reserved = [
  ...['Host', 'Content-Length', 'Content-Type', 'Content-Encoding', 'Transfer-Encoding', 'Connection', 'Keep-Alive', 'Upgrade'],
  ...['TE', 'Trailer', 'Expect', 'Proxy-Authorization', 'Proxy-Connection', 'Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host'],
  ...['X-Forwarded-Proto', 'X-Real-IP', 'Cookie', 'Accept', 'Accept-Encoding', 'Origin', 'Referer', 'Mcp-Session-Id'],
  ...['Mcp-Protocol-Version', 'Last-Event-ID', 'Sec-Fetch-Site', 'Sec-WebSocket-Key', 'Via', 'Max-Forwards', 'X-Original-URL'],
  ...['X-Rewrite-URL', 'X-HTTP-Method-Override', 'X-Method-Override', 'X-Client-IP', 'True-Client-IP'],
];

/** The same letters in another case. */
const inAnyCase = (name: string) =>
  fc
    .array(fc.boolean(), { minLength: name.length, maxLength: name.length })
    .map((upper) => [...name].map((letter, at) => (upper[at] ? letter.toUpperCase() : letter.toLowerCase())).join(''));
const value = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);

describe('headers of a connection', () => {
  test('that route, frame or speak for somebody else are refused in any case, whatever stands beside them', () => {
    const beside = fc.dictionary(fc.stringMatching(/^X-Own-[a-z]{1,8}$/), value, { maxKeys: 3 });
    const name = fc.constantFrom(...reserved).chain(inAnyCase);
    fc.assert(
      fc.property(name, value, beside, (key, text, others) => {
        expect(accepts({ ...others, [key]: text })).toBe(false);
      }),
    );
  });

  test('that are taken reach a request as they are: nothing added, split or joined', () => {
    // `__proto__` is no key of a zod record, and of no header.
    const names = fc.oneof(fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/), fc.string({ maxLength: 8 }));
    const named = names.filter((name) => name !== '__proto__');
    const texts = fc.oneof(value, fc.stringMatching(/^[\t -~]{1,12}$/), fc.string({ unit: 'binary', maxLength: 4 }));
    let taken = 0;
    fc.assert(
      fc.property(fc.dictionary(named, texts, { minKeys: 1, maxKeys: 4 }), (headers) => {
        if (!accepts(headers)) return;
        taken += 1;
        const lowered = Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text] as const);
        expect(new Map(new Headers(headers))).toEqual(new Map(lowered));
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  test.each([
    ['a line break', { 'X-A': 'a\r\nHost: evil' }],
    ['a bare line feed', { 'X-A': 'a\nb' }],
    ['NUL', { 'X-A': 'a\0b' }],
    ['letters beyond ASCII', { 'X-A': 'ключ' }],
    ['white space around it', { 'X-A': ' a' }],
    ['nothing', { 'X-A': '' }],
    ['more than 4 KiB', { 'X-A': 'a'.repeat(4097) }],
  ])('with a value of %s are refused', (_, headers) => {
    expect(accepts(headers)).toBe(false);
  });

  test.each(['X A', 'X:A', 'X\r\nHost', '', 'Ключ', 'x'.repeat(65)])('with the name %j are refused', (name) => {
    expect(accepts({ [name]: 'v' })).toBe(false);
  });

  test('are at most ten, and no two differ by case alone', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`X-${at}`, 'v']));
    expect([accepts(many(10)), accepts(many(11)), accepts({ 'X-A': '1', 'x-a': '2' })]).toEqual([true, false, false]);
  });

  test('that a server asks for are taken', () => {
    expect(accepts({ Authorization: 'Basic dTpw', 'X-Api-Key': 'k', 'PRIVATE-TOKEN': 'glpat' })).toBe(true);
  });
});

test.each(['', 'a b', 'a\r\nb', 'ключ', '\0'])('the bearer token %j is refused', (token) => {
  expect(auth.safeParse({ kind: 'bearer', token }).success).toBe(false);
});

describe('a connection that signs in with OAuth', () => {
  const takes = (fields: object): boolean => auth.safeParse({ kind: 'oauth', ...fields }).success;

  test('needs nothing, and takes a client of its person with the scope that they want', () => {
    expect(takes({})).toBe(true);
    expect(takes({ clientId: 'abc', clientSecret: 's3cret', scope: 'read:user repo' })).toBe(true);
  });

  test.each([
    ['a secret without a client', { clientSecret: 's' }],
    ['an empty client id', { clientId: '' }],
    ['a line break in the client id', { clientId: 'a\r\nb' }],
    ['a quote in the scope', { scope: 'a"b' }],
    ['two spaces in the scope', { scope: 'a  b' }],
  ])('is refused with %s', (_name, fields) => {
    expect(takes(fields)).toBe(false);
  });
});
