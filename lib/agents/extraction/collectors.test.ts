import { expect, test } from 'vitest';
import { profileById, profiles } from '../../mcp/profiles/index.ts';
import { collectorFor, collectors } from './collectors.ts';

test.each(profiles.map(({ id, capabilities }) => ({ id, capabilities })))(
  'what $id promises to checks is what is collected from it',
  ({ id, capabilities }) => {
    expect(new Set(Object.keys(collectors[id] ?? {}))).toEqual(new Set(capabilities));
  },
);

test('nothing is collected from a profile that nobody knows', () => {
  expect(Object.keys(collectors).filter((id) => profileById(id).id !== id)).toEqual([]);
  expect(() => collectorFor('slack', 'alerts')).toThrow('nothing collects alerts from slack');
});
