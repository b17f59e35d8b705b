import type { Commit, GitHistory, HistoryCheck, Observation } from '../check.ts';
import { fail, pass, unknown } from '../observe.ts';
import {
  anyCommit,
  cameThroughHost,
  countCommits,
  incompleteHistory,
  isAutomated,
  isMerge,
  merges,
  withoutCommits,
} from './branch.ts';

export const mergedByOthers: HistoryCheck = {
  id: 'history-merged-by-others',
  title: 'Changes are merged by somebody other than their author',
  capability: 'git-history',
  severity: 'medium',
  rationale:
    'A second person has to look before a change counts. CSF PR.PS-06 asks for secure development practices; SSDF PW.7.1 for code review by ' +
    'somebody else. An author who merges may have been approved on the host, which history does not show: that leaves the check open. It ' +
    'fails only where one author made every commit and no host took part, so that there is nobody else in the whole history.',
  remediation: {
    steps: [
      'Have each change approved by a second person before it is merged, and let the host enforce it.',
      'If you work alone, ask somebody from outside to review changes to sign-in, permissions, cryptography and deployment.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PW.7.1'] },
  evaluate: (input) => [withoutCommits(input) ?? judge(input)],
};

const sameAuthor = (one: Commit, other: Commit): boolean => one.authorEmail.toLowerCase() === other.authorEmail.toLowerCase();

function judge(input: GitHistory): Observation {
  const people = input.commits.filter((commit) => !isAutomated(commit));
  const [first] = people;
  const alone = first !== undefined && people.length > 1 && people.every((commit) => sameAuthor(commit, first));
  if (alone && input.listing.complete && !input.commits.some(cameThroughHost)) {
    const statement = `all of ${input.commits.length} commits looked at that a person made name one author, and none names a pull request`;
    return fail('repository', 'One author made every commit, and nobody else appears in the history', [
      countCommits(input, anyCommit, statement),
    ]);
  }
  const known = merges(input).filter(({ brought }) => brought.length > 0);
  if (known.length === 0)
    return unknown('repository', 'There are no merges: who put a change on the branch, git history does not say');
  const own = known.filter(({ commit, brought }) => brought.every((one) => sameAuthor(one, commit)));
  if (own.length > 0) {
    return unknown(
      'repository',
      `${own.length} of ${known.length} merges were made by the only author of what they merged: whether somebody approved them, git history does not say`,
    );
  }
  if (!input.listing.complete) return incompleteHistory(input);
  const count = input.commits.filter(({ parents }) => parents.length > 1).length;
  const statement = `${count} of ${input.commits.length} commits looked at are merges; each that brought commits to the branch itself brought some of somebody else`;
  return pass('repository', 'Every merge on the branch was made by somebody other than the only author', [
    countCommits(input, isMerge, statement),
  ]);
}
