import type { Check } from '../check.ts';
import { mergedByOthers } from './merged-by-others.ts';
import { releaseTagsPresent } from './release-tags.ts';
import { reviewedChanges } from './reviewed-changes.ts';
import { signedCommits } from './signed-commits.ts';
import { signedTags } from './signed-tags.ts';

export const historyChecks: readonly Check[] = [signedCommits, reviewedChanges, mergedByOthers, releaseTagsPresent, signedTags];
