import { describe, expect, test } from 'vitest';
import { daysAgo, judged } from '../record-set.fixture.ts';
import { codeAlertsOverdue } from './code-overdue.ts';
import { dependencyAlertsOverdue } from './dependencies-overdue.ts';
import { secretsOpen } from './secrets-open.ts';

describe('alerts-secrets-open', () => {
  test('an open one fails however new, a settled one does not', async () => {
    const alerts = { 'alert 1': { state: 'open', createdAt: daysAgo(0) }, 'alert 2': { state: 'fixed' } } as const;
    expect(await judged(secretsOpen, alerts)).toEqual({ 'alert 1': 'fail' });
    expect(await judged(secretsOpen, { 'alert 2': alerts['alert 2'] })).toEqual({ 'secret alerts': 'pass' });
  });

  test('none listed is a pass of a whole listing, and of half a one nothing', async () => {
    expect(await judged(secretsOpen, {})).toEqual({ 'secret alerts': 'pass' });
    expect(await judged(secretsOpen, {}, { complete: false })).toEqual({ 'secret alerts': 'unknown' });
  });

  test('an alert in a state that we do not know is unknown', async () => {
    expect(await judged(secretsOpen, { 'alert 1': { createdAt: daysAgo(1) } })).toEqual({ 'alert 1': 'unknown' });
  });
});

describe('alerts past their time limit', () => {
  test.each([
    ['critical', 8, 'fail', 'pass'],
    ['critical', 6, 'pass', 'pass'],
    ['critical', 31, 'fail', 'fail'],
    ['high', 29, 'pass', 'pass'],
    ['high', 31, 'fail', 'fail'],
    ['medium', 400, 'pass', 'pass'],
    ['low', 400, 'pass', 'pass'],
  ] as const)('%s, %i days old: a dependency %s, code %s', async (severity, days, dependency, code) => {
    const alerts = { a: { state: 'open', severity, createdAt: daysAgo(days) } } as const;
    expect(Object.values(await judged(dependencyAlertsOverdue, alerts))).toEqual([dependency]);
    expect(Object.values(await judged(codeAlertsOverdue, alerts))).toEqual([code]);
  });

  test('what is settled has no limit, and what has no severity or date cannot be judged, unless the rest decides', async () => {
    const old = daysAgo(400);
    const alerts = {
      settled: { state: 'dismissed', severity: 'critical', createdAt: old },
      unrated: { state: 'open', createdAt: old },
      undated: { state: 'open', severity: 'high' },
      'new and unrated': { state: 'open', createdAt: daysAgo(1) },
      'medium and undated': { state: 'open', severity: 'medium' },
    } as const;
    const expected = { unrated: 'unknown', undated: 'unknown' };
    expect(await judged(dependencyAlertsOverdue, alerts)).toEqual(expected);
    expect(await judged(codeAlertsOverdue, alerts)).toEqual(expected);
  });
});
