import type { GitHistory, HistoryCheck, Observation } from '../check.ts';
import { fail, notApplicable, pass } from '../observe.ts';
import { incompleteHistory } from './branch.ts';
import { countReleaseTags, countTagsNamed, releaseTags } from './release-tag.ts';

export const signedTags: HistoryCheck = {
  id: 'history-signed-tags',
  title: 'Release tags carry a signature',
  capability: 'git-history',
  severity: 'low',
  rationale:
    'Whoever can push can move a tag; a signed one shows who made it and that it was not moved. CSF PR.AA-04 asks that identity assertions are ' +
    'protected and verified; SSDF PS.1.1 that code is protected from unauthorised change. That a signature is there is seen, whether it holds ' +
    "is not: that needs the signers' keys.",
  remediation: {
    steps: [
      'Make release tags with git tag -s, or let the release pipeline sign them with a key of its own.',
      'Publish the key, and protect tags from being moved.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-04'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate: (input) => [judge(input)],
};

/** Tags that a finding names: who reads it looks for the others with the same command. */
const MAX_NAMED = 10;

function judge(input: GitHistory): Observation {
  const tags = releaseTags(input);
  const unsigned = tags.filter(({ signed }) => !signed).map(({ name }) => name);
  if (unsigned.length > 0) {
    const citation = countTagsNamed(input, unsigned.slice(0, MAX_NAMED), 'name a version and carry no signature');
    return fail('repository', 'Release tags carry no signature', [citation]);
  }
  if (!input.listing.complete) return incompleteHistory(input);
  if (tags.length === 0)
    return notApplicable('repository', 'There are no release tags', [
      countReleaseTags(input, `none of ${input.tags.length} tags names a version`),
    ]);
  return pass('repository', `All ${tags.length} release tags carry a signature`, [
    countReleaseTags(input, `${tags.length} release tags, each with a signature`),
  ]);
}
