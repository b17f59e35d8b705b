import type { GitHistory, HistoryCheck, Observation } from '../check.ts';
import { fail, pass, unknown } from '../observe.ts';
import { anyCommit, countCommits, incompleteHistory, withoutCommits } from './branch.ts';
import { countReleaseTags, releaseTags } from './release-tag.ts';

/** Subjects that tools and people give to the commit of a release. */
const releaseSubject = /^(?:chore\(release\)|(?:release|bump version|bump to|publish)\b).*\bv?\d+\.\d+\.\d+|^v?\d+\.\d+\.\d+$/i;

export const releaseTagsPresent: HistoryCheck = {
  id: 'history-release-tags',
  title: 'Releases are tagged',
  capability: 'git-history',
  severity: 'low',
  rationale:
    'Without a tag nobody can tell which commit a version was built from, nor rebuild it. CSF PR.PS-02 asks that software is maintained; SSDF ' +
    'PS.3.1 that what belongs to each release is kept. A history without any sign of a release leaves the check open: there may have been none.',
  remediation: {
    steps: [
      'Tag the commit of each release with its version, and build releases from tags only.',
      'Protect the tags from being moved or deleted.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-02'], 'nist-ssdf-1.1': ['PS.3.1'] },
  evaluate: (input) => [withoutCommits(input) ?? judge(input)],
};

function judge(input: GitHistory): Observation {
  const found = releaseTags(input).length;
  if (found > 0)
    return pass('repository', 'Tags mark releases', [
      countReleaseTags(input, `${found} of ${input.tags.length} tags name a version`),
    ]);
  if (!input.listing.complete) return incompleteHistory(input);
  const announced = input.commits.filter(({ subject }) => releaseSubject.test(subject.trim())).length;
  if (announced === 0)
    return unknown('repository', 'No tag and no commit marks a release: whether there was one, git history does not say');
  const commits = `of ${input.commits.length} commits looked at, some announce a version in their subject`;
  return fail('repository', 'Commits announce releases that no tag marks', [
    countReleaseTags(input, `none of ${input.tags.length} tags names a version`),
    countCommits(input, anyCommit, commits),
  ]);
}
