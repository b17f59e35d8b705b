import picomatch from 'picomatch';
import type { Citation, GitHistory } from '../check.ts';
import { population } from '../cite.ts';
import { literalGlob, pathTest } from '../observe.ts';

/** Names that mark a version: `v1.2.3`, `1.2.3`, `pkg@1.2.3`, `release-1.2`, `api/v1.2.3`. */
const releaseGlobs = [
  'v[0-9]*',
  '[0-9]*.[0-9]*',
  '*@[0-9]*',
  '@*/*@[0-9]*',
  '{release,*}-{v,}[0-9]*.[0-9]*',
  'release/*',
  '*/v[0-9]*',
];
const isRelease = picomatch(releaseGlobs, { dot: true, nocase: true });

export const releaseTags = ({ tags }: GitHistory): GitHistory['tags'] => tags.filter(({ name }) => isRelease(name));

export const countReleaseTags = (history: GitHistory, statement: string): Citation =>
  population({ name: 'tag-matches', args: { globs: releaseGlobs } }, releaseTags(history).length, statement);

/** Cites tags by their names; `what` says in words what is common to them. */
export function countTagsNamed({ tags }: GitHistory, names: readonly string[], what: string): Citation {
  const globs = names.map(literalGlob);
  const test = pathTest(globs);
  const count = tags.filter(({ name }) => test(name)).length;
  return population(
    { name: 'tag-matches', args: { globs } },
    count,
    `${count} of ${tags.length} tags ${what}: ${globs.join(', ')}`,
  );
}
