import type { RepositoryCheck } from '../check.ts';
import { actionsPinned } from './actions-pinned.ts';
import { selfHostedRunner } from './self-hosted-runner.ts';
import { staticAnalysis } from './static-analysis.ts';
import { staticCloudKeys } from './static-cloud-keys.ts';
import { testsOnPullRequest } from './tests-on-pull-request.ts';
import { tokenPermissions } from './token-permissions.ts';
import { untrustedInput } from './untrusted-input.ts';

/** Checks of continuous integration. */
export const ciChecks: readonly RepositoryCheck[] = [
  testsOnPullRequest,
  staticAnalysis,
  actionsPinned,
  tokenPermissions,
  untrustedInput,
  selfHostedRunner,
  staticCloudKeys,
];
