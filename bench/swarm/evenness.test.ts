import { expect, test } from 'vitest';
import { evenness } from './evenness.ts';

const watched = { connections: [3, 10, 4], connectionsBound: 10, lagP99Ms: 5 };
const even = { runs: [5000, 6000, 9000], failures: [], watched };

test('users who all get their report in like time are served evenly', () => {
  expect(evenness('3 users', even)).toMatchObject({
    result: 'slowest 9.0 s; 0 errors; 10 database connections',
    goal: { text: 'no error, 10 connections, no run over 2.0 × the median', met: true },
  });
});

test.each([
  ['a run over twice the median', { runs: [5000, 6000, 12_001] }],
  ['an error, which is told', { failures: ['GET /runs/{runId} answered 500'] }],
  ['a connection too many', { watched: { ...watched, connections: [11, 2] } }],
  ['no run that ended', { runs: [] }],
])('%s is uneven', (_, change) => {
  const crowd = { ...even, ...change };
  const row = evenness('3 users', crowd);
  expect(row.goal?.met).toBe(false);
  for (const failure of crowd.failures) expect(row.result).toContain(failure);
});
