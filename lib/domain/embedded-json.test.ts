import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEmbedded } from './embedded-json.ts';
import { type JsonValue, type Place, parsePositioned } from './positioned-json.ts';

/** The inner value of `[{"json": "<text>"}]`, and the outer text. */
function embedded(inner: string, print: (text: string) => string = JSON.stringify): { outer: string; value: JsonValue } {
  const outer = `[{"json": ${print(inner)}}]`;
  const whole = parsePositioned(outer);
  const [item] = whole.kind === 'array' ? whole.items : [];
  const text = item?.kind === 'object' ? item.members.get('json')?.value : undefined;
  if (text?.kind !== 'string') throw new Error('no text');
  return { outer, value: parseEmbedded(Buffer.from(outer), text) };
}
const cut = (outer: string, { start, end }: Place): string => Buffer.from(outer).subarray(start, end).toString('utf8');
const plain = (value: JsonValue): unknown => {
  if (value.kind === 'array') return value.items.map(plain);
  if (value.kind === 'object') return Object.fromEntries([...value.members].map(([key, member]) => [key, plain(member.value)]));
  return value.value;
};
/** As Python prints it: every character beyond ASCII as an escape. */
const ascii = (text: string): string =>
  JSON.stringify(text).replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('JSON in JSON', () => {
  test('a member is quoted as it stands, with its quote marks escaped', () => {
    const { outer, value } = embedded('{"Name": "a", "IsLogging": true}');
    const member = value.kind === 'object' ? value.members.get('IsLogging') : undefined;
    expect(member && cut(outer, member)).toBe('\\"IsLogging\\": true');
  });

  test.each([JSON.stringify, ascii])('whatever it holds, each place says its own value', async (print) => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 3 }), async (text) => {
        const { outer, value } = embedded(text, print);
        expect(plain(value)).toEqual(JSON.parse(text));
        const walk = (one: JsonValue): void => {
          // Unescaped again, the bytes are the value's own text.
          expect(JSON.parse(JSON.parse(`"${cut(outer, one)}"`))).toEqual(plain(one));
          if (one.kind === 'array') one.items.forEach(walk);
          if (one.kind === 'object') for (const { value: inner } of one.members.values()) walk(inner);
        };
        walk(value);
      }),
    );
  });

  test('a text that is no JSON is refused', () => {
    expect(() => embedded('usage: aws')).toThrow('not JSON');
  });
});
