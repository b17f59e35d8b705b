import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateQuote, verifyQuote } from './citation.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = 'name: ci\non: [push]\njobs:\n  test:\n    steps:\n      - run: echo “grüß”\n';

describe('verifyQuote', () => {
  test('the bytes at the offsets are the quote', () => {
    const quote = 'on: [push]';
    expect(verifyQuote(bytes(text), { start: 9, end: 19, quote })).toEqual({ state: 'verified', start: 9, end: 19, quote });
  });

  test('offsets are UTF-8 bytes, not characters', () => {
    const start = Buffer.byteLength(text.slice(0, text.indexOf('grüß')));
    expect(verifyQuote(bytes(text), { start, end: start + 6, quote: 'grüß' })).toMatchObject({ state: 'verified' });
  });

  test('wrong offsets and changed white space and quote marks are repaired to what the bytes say', () => {
    const given = verifyQuote(bytes(text), { start: 0, end: 3, quote: 'steps: - run:  echo "grüß"' });
    const found = 'steps:\n      - run: echo “grüß”';
    const start = Buffer.byteLength(text.slice(0, text.indexOf('steps:')));
    expect(given).toEqual({ state: 'repaired', start, end: start + Buffer.byteLength(found), quote: found });
  });

  test('a quote that stands there twice cannot be repaired', () => {
    expect(verifyQuote(bytes('a: 1\nb: 1\n'), { start: 0, end: 2, quote: '1' })).toMatchObject({ state: 'withheld' });
  });

  test.each([
    ['not there', 'off: [pull]'],
    ['other letters', 'ON: [push]'],
    ['empty', '   '],
    ['a lone surrogate', '\ud800'],
    ['too long', 'x'.repeat(2049)],
  ])('withheld: %s', (_, quote) => {
    expect(verifyQuote(bytes(text), { start: 0, end: 3, quote })).toMatchObject({ state: 'withheld' });
  });

  test('binary content can be quoted exactly but not searched', () => {
    const binary = Buffer.from([0xff, 0xfe, 0x41, 0x42]);
    expect(verifyQuote(binary, { start: 2, end: 4, quote: 'AB' })).toMatchObject({ state: 'verified' });
    expect(verifyQuote(binary, { start: 1, end: 3, quote: 'AB' })).toMatchObject({ state: 'withheld' });
  });
});

test('whatever is printed is exactly what the bytes hold at the printed offsets', () => {
  const words = fc.array(fc.constantFrom('a', 'ß', '“q”', "it's", '💶', ' ', '\n', '\t', '  '), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(words, fc.nat(30), fc.nat(6), fc.nat(60), fc.nat(60), (source, from, length, start, end) => {
      const content = bytes(source.join(''));
      const quote = source
        .slice(from % source.length, (from % source.length) + length + 1)
        .join('')
        .replaceAll('\n', ' ')
        .replaceAll('“', '"');
      const given = verifyQuote(content, { start, end, quote });
      const isExact = given.state !== 'withheld' && Buffer.from(given.quote).equals(content.subarray(given.start, given.end));
      expect(given.state === 'withheld' || isExact).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('every unique passage of a text is found without offsets, whatever was done to its white space', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,8}$/), { minLength: 3, maxLength: 12 }), fc.nat(), (words, pick) => {
      const word = words[pick % words.length] ?? '';
      const source = words.map((one) => `<${one}>`).join('\n\t');
      const given = locateQuote(bytes(source), ` <${word}>\n`);
      expect(given).toMatchObject({ state: 'repaired', quote: `<${word}>`, start: source.indexOf(`<${word}>`) });
    }),
  );
});
