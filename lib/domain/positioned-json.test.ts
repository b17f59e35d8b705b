import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UnparsableListing } from './errors.ts';
import { type JsonValue, parsePositioned } from './positioned-json.ts';

function plain(value: JsonValue): unknown {
  if (value.kind === 'array') return value.items.map(plain);
  if (value.kind === 'object') return Object.fromEntries([...value.members].map(([key, member]) => [key, plain(member.value)]));
  return value.value;
}

/** Every value and member with the text that stands at its bytes. */
function places(value: JsonValue): { value: JsonValue; start: number; end: number }[] {
  const own = { value, start: value.start, end: value.end };
  if (value.kind === 'array') return [own, ...value.items.flatMap(places)];
  return value.kind === 'object' ? [own, ...[...value.members.values()].flatMap((member) => places(member.value))] : [own];
}

describe('JSON with positions', () => {
  test('reads what JSON.parse reads, whatever the layout, and each value stands at its bytes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.integer({ min: 0, max: 3 }), (given, indent) => {
        const text = JSON.stringify(given, null, indent);
        const bytes = Buffer.from(text);
        const root = parsePositioned(text);
        expect(JSON.stringify(plain(root))).toBe(JSON.stringify(JSON.parse(text)));
        for (const { value, start, end } of places(root)) {
          const there = JSON.parse(bytes.subarray(start, end).toString());
          expect(JSON.stringify(there)).toBe(JSON.stringify(plain(value)));
        }
      }),
    );
  });

  test('refuses what JSON.parse refuses, and accepts what it accepts', () => {
    const scraps = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u0041"',
      '1',
      '-0.5e3',
      '01',
      'true',
      'nul',
      'null',
      ' ',
      '"',
      '\\',
      '\t',
      '\n',
      'é',
    );
    fc.assert(
      fc.property(
        fc.array(scraps, { maxLength: 9 }).map((parts) => parts.join('')),
        (text) => {
          expect(outcome(() => plain(parsePositioned(text)))).toEqual(outcome(() => JSON.parse(text)));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a member is its key and its value, in bytes', () => {
    const text = '{"naïve":"ü", "state" : "open"}';
    const root = parsePositioned(text);
    const member = root.kind === 'object' ? root.members.get('state') : undefined;
    expect(Buffer.from(text).subarray(member?.start, member?.end).toString()).toBe('"state" : "open"');
  });

  test('the last of a repeated key counts, and a key may be called like a part of every object', () => {
    expect(plain(parsePositioned('{"a":1,"a":2,"constructor":3}'))).toEqual({ a: 2, constructor: 3 });
  });

  test('deep nesting is refused, not a stack that overflows', () => {
    expect(() => parsePositioned('['.repeat(100_000))).toThrow(UnparsableListing);
  });
});

function outcome(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}
