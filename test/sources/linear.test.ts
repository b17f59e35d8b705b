/** A team's tickets in Linear: those on vulnerabilities that are overdue are found, and no others. */
import { afterAll, expect, test } from 'vitest';
import { assess } from '../support/hosts/assess.ts';
import { type LinearTicket, serveLinear } from '../support/hosts/linear.ts';
import type { Served } from '../support/hosts/serve.ts';

const asOf = '2026-11-25T12:00:00.000Z';
const ticket = (id: string, more: Partial<LinearTicket> = {}): LinearTicket => ({
  ...{ id, priority: 'High', statusType: 'started', createdAt: '2026-11-20T08:00:00.000Z', dueDate: null },
  ...more,
});
const old = '2026-01-10T08:00:00.000Z';
const sound = [
  ticket('SHOP-1'),
  ticket('SHOP-2', { dueDate: '2026-11-25' }),
  ticket('SHOP-3', { statusType: 'completed', createdAt: old, dueDate: '2026-02-01' }),
  ticket('SHOP-4', { priority: 'Low', createdAt: old }),
  ticket('SHOP-5', { createdAt: old, labels: ['Feature'] }),
];
const served: Served[] = [];
async function judged(tickets: readonly LinearTicket[]) {
  const source = await serveLinear(tickets);
  served.push(source);
  return assess(source, 'issues', asOf);
}
afterAll(() => Promise.all(served.map(({ bridge }) => bridge.stop())));

test('a team that keeps its dates passes, also on the day that something is due', async () => {
  const { results, refused } = await judged(sound);
  expect([results, refused]).toEqual([{ 'issues-vulnerabilities-overdue': 'pass' }, []]);
});

test('what is past its date, or has none and is old, is named', async () => {
  const late = ticket('SHOP-8', { dueDate: '2026-11-24' });
  const urgent = ticket('SHOP-9', { priority: 'Urgent', createdAt: '2026-11-10T08:00:00.000Z' });
  const { failing, cited, refused } = await judged([...sound, late, urgent]);
  expect(failing).toEqual(['issues-vulnerabilities-overdue: ticket SHOP-8', 'issues-vulnerabilities-overdue: ticket SHOP-9']);
  expect(cited('issues-vulnerabilities-overdue')).toContain('"dueDate":"2026-11-24"');
  expect(refused).toEqual([]);
});

test('a ticket on the third page is found', async () => {
  const many = Array.from({ length: 600 }, (_, at) => ticket(`SHOP-${at}`));
  const { failing, complete } = await judged([...many, ticket('SHOP-999', { createdAt: old })]);
  expect(failing).toEqual(['issues-vulnerabilities-overdue: ticket SHOP-999']);
  expect(complete).toBe(true);
});

test('a ticket without a priority cannot be said to be in time', async () => {
  const { results } = await judged([ticket('SHOP-7', { priority: 'No priority', createdAt: old })]);
  expect(results).toEqual({ 'issues-vulnerabilities-overdue': 'unknown' });
});

test('a label that nobody uses shows nothing', async () => {
  const { results } = await judged([ticket('SHOP-5', { createdAt: old, labels: ['Feature'] })]);
  expect(results).toEqual({ 'issues-vulnerabilities-overdue': 'unknown' });
});

test('a page that does not say whether it is the last one leaves the list incomplete', async () => {
  const source = await serveLinear(sound, { pageInfo: false });
  served.push(source);
  const { results, complete } = await assess(source, 'issues', asOf);
  expect([results, complete]).toEqual([{ 'issues-vulnerabilities-overdue': 'unknown' }, false]);
});
