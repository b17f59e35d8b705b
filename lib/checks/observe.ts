/** The four ways to answer, and the populations they speak about. */
import picomatch from 'picomatch';
import type { Citation, Observation, RepositoryFile, RepositoryFiles } from './check.ts';
import { excerpt, isText, population } from './cite.ts';
import type { TextFile } from './parse/memo.ts';

/** More citations than this add nothing a reader would follow. */
export const MAX_CITATIONS = 10;

/** A part of a file's text, as UTF-16 indexes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Cites the first parts only: each citation costs a pass over the text, and a hostile file has a great many parts. */
export const quotes = (file: TextFile, spans: readonly Span[]): readonly Citation[] =>
  spans.slice(0, MAX_CITATIONS).map(({ start, end }) => excerpt(file, start, end));

export const pass = (resource: string, reason: string, citations: readonly Citation[]): Observation =>
  judged(resource, 'pass', reason, citations);

export const fail = (resource: string, reason: string, citations: readonly Citation[]): Observation =>
  judged(resource, 'fail', reason, citations);

export const unknown = (resource: string, reason: string): Observation => ({
  resource,
  result: 'unknown',
  reason,
  citations: [],
});

export const notApplicable = (resource: string, reason: string, citations: readonly Citation[] = []): Observation => ({
  resource,
  result: 'not-applicable',
  reason,
  citations: citations.slice(0, MAX_CITATIONS),
});

/** No citation, no verdict. */
function judged(resource: string, result: 'pass' | 'fail', reason: string, citations: readonly Citation[]): Observation {
  if (citations.length === 0) return unknown(resource, 'Nothing could be cited for this judgement');
  return { resource, result, reason, citations: citations.slice(0, MAX_CITATIONS) };
}

type PathTest = (path: string) => boolean;
const compiled = new WeakMap<readonly string[], PathTest>();

/** The same matching as the verifier's `path-matches` (picomatch, dot: true, nocase: true). Compiled once per array. */
export function pathTest(globs: readonly string[]): PathTest {
  const known = compiled.get(globs);
  if (known !== undefined) return known;
  const test = picomatch([...globs], { dot: true, nocase: true });
  compiled.set(globs, test);
  return test;
}

const byPath = new WeakMap<RepositoryFiles, ReadonlyMap<string, RepositoryFile>>();

/** The file at exactly this path. */
export function fileAt(input: RepositoryFiles, path: string): RepositoryFile | undefined {
  const known = byPath.get(input);
  if (known !== undefined) return known.get(path);
  const index = new Map(input.files.map((file) => [file.path, file]));
  byPath.set(input, index);
  return index.get(path);
}

export function matching(input: RepositoryFiles, globs: readonly string[]): readonly RepositoryFile[] {
  const test = pathTest(globs);
  return input.files.filter((file) => test(file.path));
}

/** Third-party code that is kept in the tree but not maintained in it. */
const vendored = /(?:^|\/)(?:node_modules|bower_components|vendor|third_party|\.git|\.venv|venv|site-packages)\//i;
/** Inputs of tests: a deliberately bad manifest there is no fault of the project. */
const fixtures = /(?:^|\/)(?:fixtures?|__fixtures__|testdata|test-data|__snapshots__)\//i;

export const isVendored = (path: string): boolean => vendored.test(path);
export const isFixture = (path: string): boolean => fixtures.test(path);

/** What matches, apart from vendored code and test fixtures. */
export const own = (input: RepositoryFiles, globs: readonly string[]): readonly RepositoryFile[] =>
  matching(input, globs).filter((file) => !isVendored(file.path) && !isFixture(file.path));

/** Cites how many listed paths match, counted over the whole listing. */
export function countPaths(input: RepositoryFiles, globs: readonly string[]): Citation {
  const count = matching(input, globs).length;
  const verb = count <= 1 ? 'matches' : 'match';
  const statement = `${count === 0 ? 'none' : count} of ${input.files.length} files ${verb} ${globs.join(', ')}`;
  return population({ name: 'path-matches', args: { globs: [...globs] } }, count, statement);
}

/** A glob that matches one path literally. */
export const literalGlob = (path: string): string => path.replace(/[\\!*?()[\]{}|+@^$]/g, '\\$&');

export const incomplete = (input: RepositoryFiles, resource: string): Observation =>
  unknown(resource, `The listing is incomplete: ${input.listing.note ?? 'no reason given'}`);

/** Nothing matches, and that means the check has no subject; unless the listing is incomplete, when nobody can tell. */
export function noSubject(input: RepositoryFiles, resource: string, globs: readonly string[], reason: string): Observation {
  return input.listing.complete ? notApplicable(resource, reason, [countPaths(input, globs)]) : incomplete(input, resource);
}

export const textFiles = (files: readonly RepositoryFile[]): readonly TextFile[] => files.filter(isText);

/** The 1-based number of the line that holds a character. */
export function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
