/** Services beside the code in one run: what is wrong in each is in the sealed report, and every citation holds. */
import { describe, expect, test } from 'vitest';
import { serveLinear } from '../support/hosts/linear.ts';
import { serveSentry } from '../support/hosts/sentry.ts';
import { serveSonarqube } from '../support/hosts/sonarqube.ts';
import { testStack } from '../support/stack.ts';

/** Long ago, whenever the test runs. */
const old = '2025-01-10T08:00:00.000Z';

const sentry = await serveSentry([{ id: 'SHOP-1', title: 'OutOfMemory: heap', firstSeen: old }]);
const sonarqube = await serveSonarqube({
  issues: [{ key: 'AB', severity: 'BLOCKER', status: 'OPEN', creationDate: '2025-01-10T08:00:00+0000' }],
  risks: null,
});
const linear = await serveLinear([{ id: 'SEC-1', priority: 'Urgent', statusType: 'started', createdAt: old, dueDate: null }]);
const it = await testStack({ alsoSources: [sentry, sonarqube, linear] });

describe('errors, alerts and tickets', () => {
  test('are findings beside those of the code, and nothing said of them is withheld', { timeout: 120_000 }, async () => {
    const { report } = await it.finish(await it.start({ sources: [sentry, sonarqube, linear] }));
    expect(report.withheld).toEqual([]);
    expect(report.checks.filter(({ result }) => result === 'fail').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['errors-critical-unresolved', 'alerts-code-overdue', 'issues-vulnerabilities-overdue']),
    );
    const status = (id: string) => report.controls.find((control) => control.id === id)?.status;
    expect([status('ID.RA-06'), status('DE.AE-02')]).toEqual(['not-satisfied', 'not-satisfied']);
    expect(report.gaps.map(({ reason }) => reason).join()).toContain('Advanced Security is not enabled');
  });
});
