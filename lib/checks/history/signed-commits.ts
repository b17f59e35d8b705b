import type { GitHistory, HistoryCheck, Observation, Predicate } from '../check.ts';
import { fail, pass, unknown } from '../observe.ts';
import { countCommits, incompleteHistory, withoutCommits } from './branch.ts';

const signature = (letters: string): Predicate => ({ name: 'commit-signature-in', args: { letters } });

export const signedCommits: HistoryCheck = {
  id: 'history-signed-commits',
  title: 'Commits carry a signature that holds',
  capability: 'git-history',
  severity: 'low',
  rationale:
    "Anybody can put anybody's name into a commit; a signature ties it to a key. CSF PR.AA-04 asks that identity assertions are protected and " +
    'verified; SSDF PS.1.1 that code is protected from unauthorised change. A signature that is there but could not be verified, for want of ' +
    "the signers' keys, leaves the check open. Judged are the commits looked at, the newest first.",
  remediation: {
    steps: [
      'Let everybody who commits sign (git config commit.gpgsign true, with an SSH or GPG key known to the host).',
      'Require signed commits on the default branch; commits made by the host are signed by it.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-04'], 'nist-ssdf-1.1': ['PS.1.1'] },
  evaluate: (input) => [withoutCommits(input) ?? judge(input)],
};

function judge(input: GitHistory): Observation {
  const total = input.commits.length;
  const count = (letters: string): number => input.commits.filter((commit) => letters.includes(commit.signature)).length;
  const cite = (letters: string, what: string) =>
    countCommits(input, signature(letters), `${count(letters)} of ${total} commits looked at ${what}`);
  // Bad, expired or revoked (git, pretty formats, %G?).
  if (count('BXYR') > 0)
    return fail('repository', 'Commits carry a signature that does not hold', [
      cite('BXYR', 'carry a signature that does not hold'),
    ]);
  if (count('N') > 0)
    return fail('repository', `${count('N')} of ${total} commits carry no signature`, [cite('N', 'carry no signature')]);
  if (!input.listing.complete) return incompleteHistory(input);
  if (count('GU') < total) return unknown('repository', 'Commits carry a signature, but not all could be verified here');
  return pass('repository', `All ${total} commits looked at carry a good signature`, [cite('GU', 'carry a good signature')]);
}
