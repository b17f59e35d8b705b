import { expect, test } from 'vitest';
import { daysAgo, judged } from '../record-set.fixture.ts';
import { criticalErrorsUnresolved } from './critical-unresolved.ts';

test('a critical error has a week; others and resolved ones have no limit', async () => {
  const errors = {
    'SHOP-1': { title: 'TypeError', level: 'critical', isResolved: false, firstSeenAt: daysAgo(8) },
    'SHOP-2': { title: 'TypeError', level: 'critical', isResolved: false, firstSeenAt: daysAgo(6) },
    'SHOP-3': { title: 'TypeError', level: 'critical', isResolved: true, firstSeenAt: daysAgo(80) },
    'SHOP-4': { title: 'TypeError', level: 'high', isResolved: false, firstSeenAt: daysAgo(80) },
    'SHOP-5': { title: 'TypeError', isResolved: false, firstSeenAt: daysAgo(80) },
  } as const;
  const { 'SHOP-1': late, 'SHOP-5': unrated, ...fine } = errors;
  expect(await judged(criticalErrorsUnresolved, errors)).toEqual({ 'SHOP-1': 'fail', 'SHOP-5': 'unknown' });
  expect(await judged(criticalErrorsUnresolved, fine)).toEqual({ errors: 'pass' });
  expect(await judged(criticalErrorsUnresolved, fine, { complete: false })).toEqual({ errors: 'unknown' });
  expect(await judged(criticalErrorsUnresolved, { late }, { complete: false })).toEqual({ late: 'fail' });
  expect(await judged(criticalErrorsUnresolved, { unrated })).toEqual({ unrated: 'unknown' });
  expect(await judged(criticalErrorsUnresolved, {})).toEqual({ errors: 'pass' });
});
