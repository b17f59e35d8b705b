import fc from 'fast-check';
import { expect, test } from 'vitest';
import { elicitationAnswer } from './elicitation.ts';

const ask = (properties: unknown, required: readonly string[] = []) =>
  elicitationAnswer({ message: 'which?', requestedSchema: { type: 'object', properties, required } });
const declined = { action: 'decline' };

test('an answer holds exactly the defaults that the schema states, and there is none where a required field has no default', () => {
  const stated = fc.oneof(
    fc.string({ maxLength: 20 }).map((text) => ({ type: 'string', default: text })),
    fc.integer().map((figure) => ({ type: 'integer', default: figure })),
    fc.boolean().map((yes) => ({ type: 'boolean', default: yes })),
  );
  const open = fc.constantFrom('string', 'number', 'boolean').map((type) => ({ type }));
  const fields = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(stated, open), { maxKeys: 6 });
  fc.assert(
    fc.property(fields, fc.boolean(), (properties, all) => {
      const known = Object.entries(properties).flatMap(([name, of]) => ('default' in of ? [[name, of.default] as const] : []));
      const names = Object.keys(properties);
      const expected = all && known.length < names.length ? declined : { action: 'accept', content: Object.fromEntries(known) };
      expect(ask(properties, all ? names : [])).toEqual(expected);
    }),
  );
});

test('whatever is asked, it is answered or declined', () => {
  fc.assert(
    fc.property(fc.anything(), (params) => {
      expect(['accept', 'decline']).toContain(elicitationAnswer(params).action);
    }),
  );
});

test.each([
  ['a password without a default', { password: { type: 'string' } }, ['password']],
  ['a default of another type', { age: { type: 'integer', default: '30' } }, []],
  ['a fraction for an integer', { age: { type: 'integer', default: 1.5 } }, []],
  ['a default outside its enum', { status: { type: 'string', enum: ['a'], default: 'b' } }, []],
  ['a default beyond its bounds', { age: { type: 'number', maximum: 3, default: 4 } }, []],
  ['a field that is no primitive', { who: { type: 'object', default: {} } }, []],
  ['a required field that is not described', {}, ['toString']],
  ['a default of 20,000 letters', { text: { type: 'string', maxLength: 30_000, default: 'a'.repeat(20_000) } }, []],
])('%s is declined', (_, properties, required) => {
  expect(ask(properties, required)).toEqual(declined);
});

test('an address to visit is declined', () => {
  expect(elicitationAnswer({ mode: 'url', url: 'https://a.test', message: 'm', elicitationId: '1' })).toEqual(declined);
});
