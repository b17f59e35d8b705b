import { expect, test } from 'vitest';
import { daysAgo, judged } from '../record-set.fixture.ts';
import { vulnerabilityTicketsOverdue } from './vulnerabilities-overdue.ts';

const open = { title: 'XSS', isVulnerability: true, isOpen: true } as const;

test.each([
  [{ ...open, dueAt: daysAgo(1) }, 'fail'],
  [{ ...open, dueAt: daysAgo(-1), severity: 'critical', createdAt: daysAgo(90) }, 'pass'],
  [{ ...open, dueAt: null, severity: 'critical', createdAt: daysAgo(8) }, 'fail'],
  [{ ...open, dueAt: null, severity: 'high', createdAt: daysAgo(8) }, 'pass'],
  [{ ...open, dueAt: null, severity: 'high', createdAt: daysAgo(31) }, 'fail'],
  [{ ...open, dueAt: null, severity: 'low', createdAt: daysAgo(400) }, 'pass'],
  [{ ...open, dueAt: null, createdAt: daysAgo(400) }, 'unknown'],
  [{ ...open, severity: 'low', createdAt: daysAgo(400) }, 'unknown'],
  [{ ...open, isOpen: false, dueAt: daysAgo(9) }, 'pass'],
  [{ ...open, isVulnerability: false, dueAt: daysAgo(9) }, 'pass'],
] as const)('%j: %s', async (ticket, expected) => {
  expect(Object.values(await judged(vulnerabilityTicketsOverdue, { 'SEC-1': ticket }))).toEqual([expected]);
});

test('no ticket among half a listing is no statement about the rest', async () => {
  expect(await judged(vulnerabilityTicketsOverdue, {})).toEqual({ 'vulnerability tickets': 'pass' });
  expect(await judged(vulnerabilityTicketsOverdue, {}, { complete: false })).toEqual({ 'vulnerability tickets': 'unknown' });
});
