import type { GitHistory, HistoryCheck, Observation } from '../check.ts';
import { pass, unknown } from '../observe.ts';
import { cameThroughHost, countCommits, incompleteHistory, isMerge, mainline, withoutCommits } from './branch.ts';

export const reviewedChanges: HistoryCheck = {
  id: 'history-reviewed-changes',
  title: 'Changes reach the branch by merge or pull request',
  capability: 'git-history',
  severity: 'medium',
  rationale:
    'A change that is merged can be looked at first; one that is pushed directly cannot. CSF PR.PS-06 asks for secure development practices; ' +
    'SSDF PW.7.1 for code review and PS.1.1 for protection from unauthorised change. History shows merges, request numbers and commits that ' +
    'the host made; a rebased or squashed change may show none of them, so that their absence proves nothing. Approvals and branch ' +
    'protection are settings of the host and are not claimed.',
  remediation: {
    steps: [
      'Protect the default branch: changes by pull request only, with at least one approval by somebody else.',
      'Keep the request number in the subject of squash merges, so that history shows where a change came from.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-06'], 'nist-ssdf-1.1': ['PS.1.1', 'PW.7.1'] },
  evaluate: (input) => [withoutCommits(input) ?? judge(input)],
};

function judge(input: GitHistory): Observation {
  // The very first commit has nothing to be merged into.
  const line = mainline(input).filter((commit) => commit.parents.length > 0);
  const merged = line.filter((commit) => commit.parents.length > 1);
  const hosted = line.filter((commit) => commit.parents.length === 1 && cameThroughHost(commit));
  const unexplained = line.length - merged.length - hosted.length;
  if (line.length === 0) return unknown('repository', 'The branch has no change after its first commit');
  if (unexplained > 0) {
    return unknown(
      'repository',
      `${unexplained} of ${line.length} changes on the branch show neither a merge nor a pull request: whether they were reviewed, git history does not say`,
    );
  }
  if (!input.listing.complete) return incompleteHistory(input);
  const count = input.commits.filter(({ parents }) => parents.length > 1).length;
  const statement = `${count} of ${input.commits.length} commits looked at are merges; every other change on the branch itself names a pull request or was made by the host`;
  return pass('repository', 'Every change on the branch came by merge or pull request', [
    countCommits(input, isMerge, statement),
  ]);
}
