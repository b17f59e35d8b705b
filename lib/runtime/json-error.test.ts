import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonErrorAt } from './json-error.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** JSON with one character inserted, removed or replaced: sometimes still JSON, mostly nearly. */
const nearlyJson = fc
  .tuple(fc.json({ maxDepth: 4 }), fc.nat(), fc.constantFrom('', ...'{}[]",:\\tf0-.eE\n\u0001 x'), fc.nat(1))
  .map(([json, at, character, removed]) => {
    const place = at % (json.length + 1);
    return json.slice(0, place) + character + json.slice(place + removed);
  });

describe('jsonErrorAt', () => {
  test.each([
    ['', 0],
    ['{', 1],
    ['{a: 1}', 1],
    ['{"a" 1}', 5],
    ['{"a":1,}', 7],
    ['[1 2]', 3],
    ['[1,]', 3],
    ['01', 1],
    ['"a\nb"', 0],
    ['{"a":nul}', 5],
    ['{} {}', 3],
    ['[}', 1],
    ["{'a':1}", 1],
    ['1e', 1],
  ])('%j stops being JSON at %i', (text, offset) => {
    expect(jsonErrorAt(text)?.offset).toBe(offset);
  });

  test('counts lines and columns from one', () => {
    expect(jsonErrorAt('{\n  "a": 1,\n  oops\n}')).toEqual({ offset: 14, line: 3, column: 3 });
  });

  test('is null exactly for what JSON.parse accepts', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        expect(jsonErrorAt(text) === null).toBe(parses(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('what comes before the position is no error in itself: cut off there, only the end is missing', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const at = jsonErrorAt(text)?.offset;
        if (at === undefined) return;
        const before = text.slice(0, at);
        expect(parses(before) || jsonErrorAt(before)?.offset === before.length).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('a megabyte of opening brackets is an error at its end, not a stack overflow', () => {
    expect(jsonErrorAt('['.repeat(1_000_000))?.offset).toBe(1_000_000);
  });
});
