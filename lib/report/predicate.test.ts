import { describe, expect, test } from 'vitest';
import type { Condition } from '../domain/records.ts';
import { predicateText } from './predicate.ts';
import { foreignFigure } from './statement.ts';

const records = (...where: readonly Condition[]) =>
  ({ name: 'records-where', args: { family: 'github', kind: 'dependency-alert', where } }) as const;
const old = records(
  { fact: 'state', is: 'equal', value: 'open' },
  { fact: 'severity', is: 'one-of', values: ['critical', 'high'] },
  { fact: 'createdAt', is: 'before', value: '2026-08-27T00:00:00Z' },
);

describe('a predicate over records', () => {
  test.each([
    [records(), 'dependency-alert records'],
    [
      old,
      'dependency-alert records with state open and severity one of critical, high and createdAt before 2026-08-27T00:00:00Z',
    ],
    [records({ fact: 'hasMfa', is: 'missing' }), 'dependency-alert records with hasMfa not stated'],
    [records({ fact: 'lastActiveAt', is: 'equal', value: null }), 'dependency-alert records with lastActiveAt never'],
  ])('%# reads as a sentence part', (predicate, text) => {
    expect(predicateText(predicate)).toBe(text);
  });

  test.each([
    ['3 of 41 dependency alerts are open since before 2026-08-27', null],
    ['none of 41 dependency alerts is open', null],
    ['3 of 41 dependency alerts are open, 5 of them critical', '5'],
    ['3 of 41 dependency alerts are open since before 2026-08-26', '2026-08-26'],
  ])('of the statement %j, %j is foreign', (statement, foreign) => {
    const sizes = { files: 0, commits: 0, tags: 0, records: 41 };
    expect(foreignFigure({ predicate: old, count: 3, statement }, sizes)).toBe(foreign);
  });
});
