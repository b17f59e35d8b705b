import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scan, sinksOf } from './scan.ts';

const secret = 'canary-"ä"/7f3a90c1-55+';
const bytes = Buffer.from(secret);
const found = (content: string | Uint8Array): boolean => scan([{ name: 's', content }], { secret }).length > 0;

describe('a secret is found', () => {
  test.each([
    ['as it is', `before ${secret} after`],
    ['in bytes that are no text', Buffer.concat([Buffer.from([0xff, 0xfe]), bytes, Buffer.from([0])])],
    ['in JSON', JSON.stringify({ a: [`x${secret}y`] })],
    ['in a URL', `https://h/?q=${encodeURIComponent(secret)}`],
    ['in a bytea as PostgreSQL prints it', `\\x00${bytes.toString('hex')}ff`],
    ['in capital hex', bytes.toString('hex').toUpperCase()],
  ])('%s', (_name, content) => {
    expect(found(content)).toBe(true);
  });

  test.each(['base64', 'base64url'] as const)('in %s, whatever stands around it', (encoding) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (before, after) => {
        expect(found(Buffer.concat([before, bytes, after]).toString(encoding))).toBe(true);
      }),
    );
  });
});

test('nothing else is', () => {
  const near = secret.replace('7', '8');
  const contents = [near, Buffer.from(near).toString('base64'), Buffer.from(near).toString('hex'), secret.slice(0, -1), ''];
  expect(contents.filter(found)).toEqual([]);
});

test('a hit names sink and secret, and does not hold the secret', () => {
  const hits = scan(
    [
      { name: 'b', content: `${secret} ${secret}` },
      { name: 'a', content: secret },
      { name: 'c', content: 'nothing' },
    ],
    { token: secret, other: 'another-secret-of-mine' },
  );
  expect(hits.filter(({ form }) => form === 'text')).toEqual([
    { sink: 'b', secret: 'token', form: 'text' },
    { sink: 'a', secret: 'token', form: 'text' },
  ]);
  expect(sinksOf(hits)).toEqual(['a', 'b']);
  expect(JSON.stringify(hits)).not.toContain('canary');
});

test('a secret too short to be told from chance is refused', () => {
  expect(() => scan([], { secret: 'short' })).toThrow(RangeError);
});
