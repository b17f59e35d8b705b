import picomatch from 'picomatch';
import type { Citation, GitHistory } from '../check.ts';
import { population } from '../cite.ts';

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
