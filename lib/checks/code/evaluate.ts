import type { Observation, RepositoryFile, RepositoryFiles } from '../check.ts';
import { excerpt, isText } from '../cite.ts';
import { countPaths, fail, incomplete, matching, noSubject, notApplicable, pass, unknown } from '../observe.ts';
import { isProduction } from '../parse/production.ts';
import { hitsOf, isSource, otherGlobs, sourceGlobs } from './facts.ts';
import type { Hit, Topic } from './hit.ts';

/** An observation carries no more; making each costs a pass over the file. */
const MAX_CITATIONS = 10;

/** What every rationale of this folder ends with. */
export const scope =
  ' Read are JavaScript and TypeScript (parsed) and Python (by lines, where a line is enough to be sure); other languages are not read ' +
  'and leave the check open. Tests, fixtures, examples, vendored and generated code are left out by their paths.';

/** One observation for each file with a subject, and one for all that have none; `clean` says what that one states. */
export const evaluate =
  (topic: Topic, clean: string) =>
  (input: RepositoryFiles): readonly Observation[] => {
    const files = input.files.filter(({ path }) => isProduction(path));
    const judged = files.flatMap((file) => judge(file, topic));
    const rest = judged.some(({ result }) => result === 'fail') ? [] : [judgeRest(input, files, clean)];
    return [...judged, ...rest.filter(({ result }) => result !== 'not-applicable' || judged.length === 0)];
  };

function judge(file: RepositoryFile, topic: Topic): readonly Observation[] {
  const hits = hitsOf(file, topic);
  if (hits === null || !isText(file)) return [];
  if (!hits.ok) return [unknown(file.path, hits.reason)];
  const result = (['fail', 'unknown', 'pass'] as const).find((one) => hits.value.some((hit) => hit.result === one));
  if (result === undefined) return [];
  const deciding = hits.value.filter((hit) => hit.result === result);
  const reason = sentence(deciding);
  if (result === 'unknown') return [unknown(file.path, reason)];
  const places = deciding.flatMap((hit) => hit.places).slice(0, MAX_CITATIONS);
  const citations = places.map(({ start, end }) => excerpt(file, ...wholeLines(file.content.text, start, end)));
  return [result === 'fail' ? fail(file.path, reason, citations) : pass(file.path, reason, citations)];
}

const sentence = (hits: readonly Hit[]): string => `The file ${[...new Set(hits.map(({ says }) => says))].join(', and ')}`;

/** A reader wants the line; very long lines (bundles) are cited by the place alone. */
function wholeLines(text: string, start: number, end: number): [number, number] {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', Math.max(start, end - 1));
  const to = next === -1 ? text.length : next;
  return to - from > 600 ? [start, end] : [from + (/^\s*/.exec(text.slice(from, start))?.[0].length ?? 0), to];
}

/** The files in which nothing was found: a pass only where all of them could be read and understood. */
function judgeRest(input: RepositoryFiles, files: readonly RepositoryFile[], clean: string): Observation {
  const sources = files.filter(({ path }) => isSource(path));
  const others = matching(input, otherGlobs).filter(({ path }) => isProduction(path));
  if (!input.listing.complete) return incomplete(input, 'repository');
  if (others.length > 0)
    return unknown('repository', `${others.length} source files are in languages that this check does not read`);
  if (sources.length === 0) {
    return matching(input, sourceGlobs).length === 0
      ? noSubject(input, 'repository', sourceGlobs, 'There is no source code')
      : notApplicable('repository', 'There is no source code apart from tests and examples', [countPaths(input, sourceGlobs)]);
  }
  const unread = sources.filter((file) => !isText(file));
  if (unread.length > 0) return unknown('repository', `${unread.length} source files were not read`);
  return pass('repository', clean, [countPaths(input, sourceGlobs)]);
}
