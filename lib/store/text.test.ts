import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { json, text } from './text.ts';

describe('words for PostgreSQL', () => {
  test('what it can keep is kept as it is', () => {
    const value = { 'a\\u0000b': ['\\', '\\\\u0000', 'é😀\n"', 1.5, null, { deep: true }] };
    expect(JSON.parse(json(value))).toEqual(value);
    expect(text('é😀\n')).toBe('é😀\n');
  });

  test('what it refuses becomes U+FFFD, in keys too', () => {
    expect(json({ 'k\0': ['\\\0', '\ud800', 'x\udfff'] })).toBe('{"k\uFFFD":["\\\\\uFFFD","\uFFFD","x\uFFFD"]}');
    expect(text('a\0b\ud800')).toBe('a\uFFFDb\uFFFD');
  });

  test('nothing it refuses is left, and strings agree with plain text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(fc.constantFrom('\0', '\\', '\ud800', '\udc00', 'u0000'), fc.string()) }),
        (words) => {
          expect(JSON.parse(json([words]))).toEqual([text(words)]);
          expect(text(words)).not.toMatch(/\0/);
          expect(text(words).isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
