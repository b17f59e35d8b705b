/** A project in SonarQube: issues and dependency risks past their time are found, however many pages they are on. */
import { afterAll, describe, expect, test } from 'vitest';
import { assess } from '../support/hosts/assess.ts';
import type { Served } from '../support/hosts/serve.ts';
import { type SonarIssue, type SonarProject, serveSonarqube } from '../support/hosts/sonarqube.ts';

const asOf = '2026-11-25T12:00:00.000Z';
const issue = (key: string, more: Partial<SonarIssue> = {}): SonarIssue => ({
  ...{ key, severity: 'CRITICAL', status: 'OPEN', creationDate: '2026-11-20T08:00:00+0000' },
  ...more,
});
const served: Served[] = [];
async function judged(project: SonarProject) {
  const source = await serveSonarqube(project);
  served.push(source);
  return assess(source, 'alerts', asOf);
}
afterAll(() => Promise.all(served.map(({ bridge }) => bridge.stop())));

describe('a SonarQube project', () => {
  test('with young issues, and old ones that are settled or minor, passes', async () => {
    const old = '2025-01-01T08:00:00+0000';
    const { results, refused } = await judged({
      issues: [
        issue('AA'),
        issue('AB', { status: 'ACCEPTED', creationDate: old }),
        issue('AC', { severity: 'MINOR', creationDate: old }),
      ],
      risks: [{ key: 'r1', type: 'PROHIBITED_LICENSE', severity: 'BLOCKER', createdAt: '2025-01-01T08:00:00Z' }],
    });
    // It lists no alerts on secrets, and so says nothing about them.
    expect(results).toEqual({ 'alerts-code-overdue': 'pass', 'alerts-dependencies-overdue': 'pass' });
    expect(refused).toEqual([]);
  });

  test('with overdue ones fails, and each is named with the bytes that say it', async () => {
    const { failing, cited, refused } = await judged({
      issues: [issue('AA'), issue('BB', { severity: 'BLOCKER', creationDate: '2026-09-01T08:00:00+0000' })],
      risks: [
        { key: '1', type: 'VULNERABILITY', severity: 'BLOCKER', createdAt: '2026-11-10T08:00:00Z' },
        { key: '2', type: 'VULNERABILITY', severity: 'HIGH', createdAt: '2026-11-10T08:00:00Z' },
      ],
    });
    expect(failing).toEqual([
      'alerts-code-overdue: issue BB of acme_shop:src/app.ts',
      'alerts-dependencies-overdue: CVE-2026-1 in left-pad',
    ]);
    expect(cited('alerts-code-overdue')).toContain('"severity":"BLOCKER"');
    expect(refused).toEqual([]);
  });

  test('finds what is on a later page', async () => {
    const many = Array.from({ length: 1_100 }, (_, at) => issue(`k${at}`, { severity: 'MINOR' }));
    const { failing, complete } = await judged({
      issues: [...many, issue('last', { creationDate: '2026-01-01T08:00:00+0000' })],
      risks: [],
    });
    expect(failing).toEqual(['alerts-code-overdue: issue last of acme_shop:src/app.ts']);
    expect(complete).toBe(true);
  });

  test('whose edition does not look at dependencies has none that are fine', async () => {
    const { results, gaps } = await judged({ issues: [], risks: null });
    expect(results).toMatchObject({ 'alerts-code-overdue': 'pass', 'alerts-dependencies-overdue': 'unknown' });
    expect(gaps.join()).toContain('Advanced Security is not enabled');
  });
});
