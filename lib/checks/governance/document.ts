/** Documents that must exist and be looked at again: present, and with a date of review that is not too old. */
import type { Observation, RepositoryFile, RepositoryFiles } from '../check.ts';
import { excerptLines, isText } from '../cite.ts';
import { fail, incomplete, lineOf, matching, pass, unknown } from '../observe.ts';
import { notRead } from '../parse/memo.ts';
import { isProduction } from '../parse/production.ts';
import { reviewDate } from './review-date.ts';

/** A year, and five weeks for the review itself. */
const FRESH_DAYS = 400;
const DAY = 86_400_000;

/** What every rationale of these checks ends with. */
export const freshness =
  ` A document is fresh when it gives a date of review or revision within ${FRESH_DAYS} days before the assessment ("Last reviewed: 2026-03-01"). ` +
  'Without a date, or without the document, the check stays open: it may be kept elsewhere.';

/** `what` names the document with its article: "an incident response plan". */
export const documented =
  (globs: readonly string[], what: string) =>
  (input: RepositoryFiles): readonly Observation[] => {
    const files = matching(input, globs).filter(({ path }) => isProduction(path));
    if (files.length > 0) return files.map((file) => judge(file, input.asOf));
    return [
      input.listing.complete
        ? unknown('repository', `The files do not hold ${what}; it may be kept elsewhere`)
        : incomplete(input, 'repository'),
    ];
  };

function judge(file: RepositoryFile, asOf: string): Observation {
  if (!isText(file)) return unknown(file.path, notRead(file));
  const { text } = file.content;
  const now = Date.parse(asOf);
  const latest = reviewDate(text, now + DAY);
  if (latest === null) return unknown(file.path, 'It gives no date of review');
  const cited = [excerptLines(file, lineOf(text, latest.start))];
  return now - latest.time <= FRESH_DAYS * DAY
    ? pass(file.path, `It was last reviewed on ${latest.written}`, cited)
    : fail(file.path, `It was last reviewed on ${latest.written}, longer ago than a yearly review allows`, cited);
}
