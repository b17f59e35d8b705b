/** Settings and alerts of a host, good and bad, from the connection to the sealed report. */
import { describe, expect, test } from 'vitest';
import { serveGithub } from '../support/hosts/github.ts';
import { serveGitlab } from '../support/hosts/gitlab.ts';
import { repositoryOf } from '../support/hosts/repository.ts';
import { smallRepository, testStack } from '../support/stack.ts';

const repository = repositoryOf(smallRepository);
const old = '2026-01-10T08:00:00Z';

const bad = {
  github: await serveGithub(
    {
      repository,
      branches: [
        { name: 'main', sha: repository.commit, protected: false },
        { name: 'feature', sha: repository.commit, protected: false },
      ],
      collaborators: [{ login: 'ada', id: 1, role_name: 'admin' }],
      dependabot: [{ number: 7, state: 'open', security_vulnerability: { severity: 'critical' }, created_at: old }],
      codeScanning: [{ number: 4, state: 'open', rule: { security_severity_level: 'high' }, created_at: old }],
      secretScanning: [{ number: 1, state: 'open', secret_type_display_name: 'Token', created_at: old }],
    },
    'bad on GitHub',
  ),
  gitlab: await serveGitlab(
    {
      repository,
      branches: [{ name: 'main', default: true, protected: false }],
      members: [{ id: 1, username: 'ada', access_level: 50 }],
      vulnerabilities: {
        secret_detection: [{ id: 'gid://gitlab/Vulnerability/1', state: 'DETECTED', severity: 'CRITICAL', detectedAt: old }],
        sast: [{ id: 'gid://gitlab/Vulnerability/4', state: 'CONFIRMED', severity: 'HIGH', detectedAt: old }],
        dependency_scanning: [{ id: 'gid://gitlab/Vulnerability/7', state: 'DETECTED', severity: 'CRITICAL', detectedAt: old }],
      },
    },
    'bad on GitLab',
  ),
};
const dealtWith = (id: number) => ({
  ...{ id: `gid://gitlab/Vulnerability/${id}`, state: 'RESOLVED', severity: 'HIGH', detectedAt: old },
});
const good = {
  github: await serveGithub(
    { repository, branches: [{ name: 'main', sha: repository.commit, protected: true }] },
    'good on GitHub',
  ),
  gitlab: await serveGitlab(
    {
      repository,
      branches: [{ name: 'main', default: true, protected: true }],
      // Found and dealt with: an empty list would not show that anybody looked.
      vulnerabilities: { secret_detection: [dealtWith(1)], sast: [dealtWith(4)], dependency_scanning: [dealtWith(7)] },
    },
    'good on GitLab',
  ),
};
const it = await testStack({ alsoSources: [...Object.values(bad), ...Object.values(good)] });
const judged = ['access-default-branch-protected', 'alerts-secrets-open', 'alerts-code-overdue', 'alerts-dependencies-overdue'];

describe.each(['github', 'gitlab'] as const)('%s', (host) => {
  test.each([
    ['fail', bad[host]],
    ['pass', good[host]],
  ])('its settings and alerts %s', { timeout: 120_000 }, async (result, source) => {
    const { report } = await it.finish(await it.start({ sources: [source] }));
    expect(report.withheld).toEqual([]);
    expect(report.checks.filter(({ id }) => judged.includes(id)).map((one) => [one.id, one.result])).toEqual(
      judged.map((id) => [id, result]),
    );
  });
});
