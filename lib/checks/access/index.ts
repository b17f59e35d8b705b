import type { Check } from '../check.ts';
import { adminCount } from './admin-count.ts';
import { defaultBranchProtected } from './default-branch-protected.ts';
import { forcePushRefused } from './force-push.ts';
import { memberMfa } from './member-mfa.ts';
import { requiredReviews } from './required-reviews.ts';
import { staleMembers } from './stale-members.ts';
import { statusChecksRequired } from './status-checks.ts';

export const accessChecks: readonly Check[] = [
  defaultBranchProtected,
  requiredReviews,
  statusChecksRequired,
  forcePushRefused,
  memberMfa,
  adminCount,
  staleMembers,
];
