/** Which code reads which capability of which kind of server; a test holds it to what the profiles promise. */
import type { Capability } from '../../checks/check.ts';
import { collectAwsConfiguration } from './aws/cloud-configuration.ts';
import type { Collector } from './collected.ts';
import { collectGitHistory } from './git-history.ts';
import { collectGithubAlerts } from './github/alerts.ts';
import { collectGithubFiles } from './github/repository-files.ts';
import { collectGithubSettings } from './github/repository-settings.ts';
import { collectGitlabAlerts } from './gitlab/alerts.ts';
import { collectGitlabFiles } from './gitlab/repository-files.ts';
import { collectGitlabSettings } from './gitlab/repository-settings.ts';
import { collectLinearIssues } from './linear/issues.ts';
import { collectRepositoryFiles } from './repository-files.ts';
import { collectSentryErrors } from './sentry/errors.ts';
import { collectSonarqubeAlerts } from './sonarqube/alerts.ts';

/** By profile. */
export const collectors: Readonly<Record<string, { readonly [C in Capability]?: Collector }>> = {
  filesystem: { 'repository-files': collectRepositoryFiles },
  git: { 'git-history': collectGitHistory },
  github: {
    'repository-files': collectGithubFiles,
    'repository-settings': collectGithubSettings,
    alerts: collectGithubAlerts,
  },
  gitlab: {
    'repository-files': collectGitlabFiles,
    'repository-settings': collectGitlabSettings,
    alerts: collectGitlabAlerts,
  },
  aws: { 'cloud-configuration': collectAwsConfiguration },
  linear: { issues: collectLinearIssues },
  sentry: { errors: collectSentryErrors },
  sonarqube: { alerts: collectSonarqubeAlerts },
};

/** @throws Error when nothing reads that: a plan names only what its profile offers. */
export function collectorFor(profile: string, capability: Capability): Collector {
  const collector = collectors[profile]?.[capability];
  if (collector === undefined) throw new Error(`nothing collects ${capability} from ${profile}`);
  return collector;
}
