import { expect, test } from 'vitest';
import { chooseModel } from './model-choice.ts';

const key = { OPENAI_API_KEY: 'sk-test' };
const both = { ...key, OPENAI_MODEL: 'configured' };

test.each([
  ['nothing set', null, {}, { mode: 'checks', model: null }],
  ['a key without a model', null, key, { mode: 'checks', model: null }],
  ['a model without a key', null, { OPENAI_MODEL: 'configured' }, { mode: 'checks', model: null }],
  ['a blank key', null, { ...both, OPENAI_API_KEY: '  ' }, { mode: 'checks', model: null }],
  ['both set', null, both, { mode: 'model', model: 'configured' }],
  ['--model over the configured one', 'named', both, { mode: 'model', model: 'named' }],
  ['--model with a key alone', 'named', key, { mode: 'model', model: 'named' }],
  ['--no-model with both set', false, both, { mode: 'checks', model: null }],
  ['--model without a key', 'named', {}, { problem: expect.stringMatching(/^--model needs OPENAI_API_KEY.*$/) }],
] as const)('%s', (_case, wanted, settings, expected) => {
  expect(chooseModel(wanted, settings)).toEqual(expected);
});
