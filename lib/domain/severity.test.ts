import { expect, test } from 'vitest';
import { uuid } from '../contract/vocabulary.ts';
import { nameUuid } from './name-uuid.ts';
import { bySeverity, rubricSeverity, urgency } from './severity.ts';

test('the most severe comes first', () => {
  const sorted = (['low', 'critical', 'medium', 'high'] as const).map((severity) => ({ severity })).sort(bySeverity);
  expect(sorted.map(({ severity }) => severity)).toEqual(['critical', 'high', 'medium', 'low']);
});

test('the rubric grades by the heaviest control and never beyond high', () => {
  expect([rubricSeverity([1, 5]), rubricSeverity([3, 1]), rubricSeverity([1]), rubricSeverity([])]).toEqual([
    'high',
    'medium',
    'low',
    'low',
  ]);
});

test('urgency grows with severity and with the number of controls', () => {
  expect(urgency('high', 3)).toBeGreaterThan(urgency('high', 2));
  expect(urgency('critical', 1)).toBeGreaterThan(urgency('high', 1));
});

test('a name always gives the same valid UUID, and parts do not run together', () => {
  expect(uuid.safeParse(nameUuid('run', 'check')).success).toBe(true);
  expect(nameUuid('run', 'check')).toBe(nameUuid('run', 'check'));
  expect(nameUuid('a:b', 'c')).not.toBe(nameUuid('a', 'b:c'));
});
