/** What git history shows of how changes reached the branch. */
import type { Citation, Commit, GitHistory, Observation, Predicate } from '../check.ts';
import { population } from '../cite.ts';
import { notApplicable, unknown } from '../observe.ts';

/** The commits that the branch itself went through, newest first: first parents only. */
export function mainline({ commits }: GitHistory): readonly Commit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const line = new Set<Commit>();
  // Git knows no cycles, but what a server answers may hold one.
  for (let next = commits[0]; next !== undefined && !line.has(next); next = bySha.get(next.parents[0] ?? '')) line.add(next);
  return [...line];
}

interface Merge {
  readonly commit: Commit;
  /** The commits that it brought to the branch, as far as they are among those looked at. */
  readonly brought: readonly Commit[];
}

export function merges(history: GitHistory): readonly Merge[] {
  const bySha = new Map(history.commits.map((commit) => [commit.sha, commit]));
  const arrived = new Set<string>();
  return mainline(history)
    .toReversed()
    .flatMap((commit) => {
      const brought: Commit[] = [];
      const waiting = commit.parents.slice(1);
      for (let sha = waiting.pop(); sha !== undefined; sha = waiting.pop()) {
        const found = arrived.has(sha) ? undefined : bySha.get(sha);
        arrived.add(sha);
        if (found) {
          brought.push(found);
          waiting.push(...found.parents);
        }
      }
      arrived.add(commit.sha);
      return commit.parents.length > 1 ? [{ commit, brought }] : [];
    });
}

/** GitHub appends `(#12)` to squash merges and begins merges with "Merge pull request #12"; GitLab appends `(!12)`. */
const request = /\([#!]\d+\)$|^Merge pull request #\d+/;

/** A change that a host put on the branch: a numbered request, or a commit that GitHub itself made for somebody. */
export const cameThroughHost = ({ subject, committerEmail, authorEmail }: Commit): boolean =>
  request.test(subject.trim()) || (committerEmail === 'noreply@github.com' && authorEmail !== committerEmail);

export const isAutomated = ({ authorEmail }: Commit): boolean => /\[bot\]@/i.test(authorEmail);

/** Counts the commits that the predicate selects; `statement` says in words what follows. */
export function countCommits({ commits }: GitHistory, predicate: Predicate, statement: string): Citation {
  return population(predicate, commits.filter((commit) => selects(predicate, commit)).length, statement);
}

function selects(predicate: Predicate, commit: Commit): boolean {
  switch (predicate.name) {
    case 'any':
      return true;
    case 'commit-signature-in':
      return predicate.args.letters.includes(commit.signature);
    case 'commit-parents-at-least':
      return commit.parents.length >= predicate.args.parents;
    case 'path-matches':
    case 'tag-matches':
    case 'records-where':
      return false;
  }
}

export const anyCommit: Predicate = { name: 'any', args: {} };
export const isMerge: Predicate = { name: 'commit-parents-at-least', args: { parents: 2 } };

/** For a repository without any commit; null where there is one. */
export function withoutCommits(history: GitHistory): Observation | null {
  if (history.commits.length > 0) return null;
  if (!history.listing.complete) return incompleteHistory(history);
  return notApplicable('repository', 'There are no commits', [countCommits(history, anyCommit, 'no commit is listed')]);
}

export const incompleteHistory = ({ listing }: GitHistory): Observation =>
  unknown('repository', `The history is incomplete: ${listing.note ?? 'no reason given'}`);
