import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidKeyPart } from './errors.ts';
import { buildKey, type KeyPart, keys, part } from './keys.ts';

const anyPart: fc.Arbitrary<KeyPart> = fc.oneof(
  fc.uuid().map(part.uuid),
  fc.stringMatching(/^[a-z][a-z-]{0,30}$/).map(part.word),
  fc.string({ unit: 'grapheme' }).map(part.opaque),
  fc.constantFrom('a:b', 'a', 'b:c', ':', '{a}', '}{', '', '_', 'a}:{b').map(part.opaque),
);
const anyPath = fc.array(anyPart, { minLength: 2, maxLength: 5 });
const build = ([space, tag, ...rest]: readonly KeyPart[]): string =>
  buildKey(space ?? part.word('missing'), tag ?? part.word('missing'), ...rest);

describe('buildKey', () => {
  test('different parts never give the same key', () => {
    fc.assert(
      fc.property(anyPath, anyPath, (a, b) => {
        expect(build(a) === build(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { numRuns: 500 },
    );
  });

  test('parts that only differ in where a colon sits stay apart', () => {
    const pairs = [
      ['a:b', 'c'],
      ['a', 'b:c'],
      ['a:b:c', ''],
      ['', 'a:b:c'],
    ] as const;
    const built = pairs.map(([left, right]) => build([part.word('x'), part.opaque(left), part.opaque(right)]));
    expect(new Set(built).size).toBe(pairs.length);
  });

  test('has exactly one hash tag, whatever the parts contain', () => {
    fc.assert(
      fc.property(anyPath, (parts) => {
        expect(build(parts)).toMatch(/^assay:[^:{}]+:\{[^{}:]+\}(:[^{}:]+)*$/);
      }),
    );
  });
});

describe('part', () => {
  test.each(['', 'x', '../..', '00000000-0000-0000-0000-00000000000g', 'a}{b'])('%j is no UUID', (text) => {
    expect(() => part.uuid(text)).toThrow(InvalidKeyPart);
  });

  test.each(['', 'A', 'a b', 'a:b', '9'])('%j is no word', (text) => {
    expect(() => part.word(text)).toThrow(InvalidKeyPart);
  });

  test('one id in two spellings is one key', () => {
    expect(keys.run('ABCDEF00-0000-4000-8000-000000000000', 'state')).toBe(
      keys.run('abcdef00-0000-4000-8000-000000000000', 'state'),
    );
  });
});
