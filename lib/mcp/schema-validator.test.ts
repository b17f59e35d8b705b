import { describe, expect, test } from 'vitest';
import { openSchemaValidator } from './schema-validator.ts';

/** What becomes of a value, and why a schema was not used. */
function judge(schema: object, value: unknown): { readonly verdict: string | true; readonly unusable: readonly string[] } {
  const unusable: string[] = [];
  const validator = openSchemaValidator((reason) => unusable.push(reason)).getValidator(schema);
  const result = validator(value);
  return { verdict: result.valid || result.errorMessage, unusable };
}
/** Of the processor: others may have it in between. Of several tries the cheapest: in one of them garbage may be collected. */
const within = (ms: number, action: () => void, tries = 1): void => {
  const costs = Array.from({ length: tries }, () => {
    const start = process.cpuUsage();
    action();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  expect(Math.min(...costs)).toBeLessThan(ms);
};
const properties = (count: number): object => ({
  type: 'object',
  properties: Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, { type: 'string' }])),
});
/** Each names the next four times: a million places in half a page of text. */
const doubling = {
  $ref: '#/$defs/a0',
  $defs: {
    ...Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`a${at}`, { allOf: Array(4).fill({ $ref: `#/$defs/a${at + 1}` }) }]),
    ),
    a10: {},
  },
};

describe('a schema within the limits', () => {
  test('judges what a tool returns', () => {
    const schema = {
      type: 'object',
      properties: { name: { $ref: '#/$defs/name' } },
      $defs: { name: { type: 'string', pattern: '^[a-z]+$' } },
    };
    expect(judge(schema, { name: 'assay' })).toEqual({ verdict: true, unusable: [] });
    expect(judge(schema, { name: 'ASSAY' })).toEqual({ verdict: 'data/name must match pattern "^[a-z]+$"', unusable: [] });
    expect(judge(schema, { name: 1 }).verdict).toBe('data/name must be string');
  });

  test('is compiled once, for whoever has it', () => {
    const validators = openSchemaValidator();
    const schema = properties(150);
    const first = validators.getValidator(schema);
    first({});
    within(5, () => validators.getValidator(structuredClone(schema))({}), 3);
  });

  test('is not compiled before its tool is called', () => {
    const validators = openSchemaValidator();
    const schemas = Array.from({ length: 2_000 }, (_, at) => ({ ...properties(150), title: `tool ${at}` }));
    within(150, () => {
      for (const schema of schemas) validators.getValidator(schema);
    });
  });

  test('may be named as another of the same process is', () => {
    const validators = openSchemaValidator();
    const named = (type: string) => validators.getValidator({ $id: 'https://example.com/result', type })('text').valid;
    expect([named('string'), named('number'), named('string')]).toEqual([true, false, true]);
  });
});

describe('a schema over a limit counts as none, and says why', () => {
  test.each([
    ['is too large', properties(1_000), /holds more than 600 values/],
    ['doubles with each reference', doubling, /holds more than 600 values/],
    ['is recursive', { properties: { child: { $ref: '#' } } }, /is recursive/],
    [
      'is recursive in a round',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
      /is recursive/,
    ],
    ['is too deep', JSON.parse(`${'{"items":'.repeat(40)}{}${'}'.repeat(40)}`), /nests deeper than 32/],
    ['refers to another host', { $ref: 'https://169.254.169.254/schema' }, /another document/],
    ['refers to a file', { properties: { a: { $ref: 'file:///etc/passwd' } } }, /another document/],
    ['refers to nothing', { $ref: '#/$defs/constructor', $defs: {} }, /refers to nothing/],
    ['is written badly', { $ref: '#/%' }, /refers to nothing/],
    ['has another base within', { properties: { a: { $id: 'https://example.com/' } } }, /uses \$id/],
    ['looks ahead', { pattern: '(?=a)' }, /cannot be compiled/],
    ['has a pattern without end', { patternProperties: { [`${'a?'.repeat(200)}`]: {} } }, /long pattern/],
    ['repeats without end', { pattern: '((a{100}){100}){100}' }, /cannot be compiled/],
    ['is of another type', { type: 'anything' }, /cannot be compiled/],
  ])('%s', (_name, schema, why) => {
    within(200, () => {
      const { verdict, unusable } = judge(schema, { name: 1 });
      expect(verdict).toBe(true);
      expect(unusable).toEqual([expect.stringMatching(why)]);
    });
  });
});

describe('time is bounded', () => {
  test.each([
    ['a pattern that backtracks', { pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`],
    ['a pattern of many states', { pattern: '((((\\pL?){30}){30})\\pN)+$' }, 'é'.repeat(50_000)],
    [
      'a pattern for each name',
      { patternProperties: { '(.{0,30}){0,9}x': {} } },
      Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [at, 1])),
    ],
    ['a list of different things', { uniqueItems: true }, Array.from({ length: 20_000 }, (_, at) => ({ at }))],
    ['many rules for many values', { items: { allOf: Array(150).fill({ type: 'number' }) } }, Array(50_000).fill(1)],
    ['a long text of many lengths', { allOf: Array(150).fill({ minLength: 3 }) }, 'é'.repeat(4_000_000)],
  ])('%s', (_name, schema, value) => {
    within(300, () => judge(schema, value));
  });
});

test('no more than 200 schemas are kept: the one used longest ago goes', () => {
  const unusable: string[] = [];
  const validators = openSchemaValidator((reason) => unusable.push(reason));
  const call = (schema: object) => validators.getValidator(schema)({});
  const kept = { pattern: '(?=a)' };
  const gone = { pattern: '(?=b)' };
  call(kept);
  call(gone);
  for (let at = 0; at < 150; at += 1) call({ title: `schema ${at}`, type: 'object' });
  call(kept);
  for (let at = 150; at < 250; at += 1) call({ title: `schema ${at}`, type: 'object' });
  call(kept);
  expect(unusable).toHaveLength(2);
  call(gone);
  expect(unusable).toHaveLength(3);
});

test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('%s is a name like any other', (name) => {
  const schema = JSON.parse(
    `{"properties":{"${name}":{"type":"number"}},"${name}":{"polluted":true},"$defs":{"${name}":{"polluted":true}}}`,
  );
  judge(schema, JSON.parse(`{"${name}":{"polluted":true}}`));
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(judge({ required: [name] }, {}).verdict).not.toBe(true);
});
