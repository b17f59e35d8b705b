import type { Citation, Observation, Predicate, RepositoryFile, RepositoryFiles } from './check.ts';

/** The most an excerpt may hold, in UTF-8 bytes (evidence.md). */
export const MAX_EXCERPT_BYTES = 2048;

type TextFile = RepositoryFile & { content: { kind: 'text' } };

export const isText = (file: RepositoryFile): file is TextFile => file.content.kind === 'text';

/** Cites characters [from, to) of a file's text; cut at a character boundary when over 2 KiB. */
export function excerpt(file: TextFile, from: number, to: number): Citation {
  const { text, toolCallId, blobSha256 } = file.content;
  let end = to;
  while (Buffer.byteLength(text.slice(from, end)) > MAX_EXCERPT_BYTES) end = from + Math.floor((end - from) * 0.75);
  if (end > from && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
  const quote = text.slice(from, end);
  const start = Buffer.byteLength(text.slice(0, from));
  return { kind: 'excerpt', toolCallId, blobSha256, start, end: start + Buffer.byteLength(quote), quote };
}

/** Cites whole lines, 1-based and inclusive, without the last line break. */
export function excerptLines(file: TextFile, first: number, last = first): Citation {
  const { text } = file.content;
  let from = 0;
  for (let line = 1; line < first; line += 1) from = text.indexOf('\n', from) + 1 || text.length;
  let to = from;
  for (let line = first; line <= last; line += 1) {
    const next = text.indexOf('\n', to);
    to = line === last || next === -1 ? (next === -1 ? text.length : next) : next + 1;
  }
  return excerpt(file, from, to);
}

/** Counts what the predicate selects and states it. The count is computed by the caller from the same listing. */
export const population = (predicate: Predicate, count: number, statement: string): Citation => ({
  kind: 'population',
  predicate,
  count,
  statement,
});

/** Absence may be stated only of a complete listing; otherwise the observation is `unknown` with the listing's own note. */
export function absent(input: RepositoryFiles, resource: string, globs: readonly string[], reason: string): Observation {
  if (!input.listing.complete) {
    return {
      resource,
      result: 'unknown',
      reason: `The listing is incomplete: ${input.listing.note ?? 'no reason given'}`,
      citations: [],
    };
  }
  const statement = `none of ${input.files.length} files matches ${globs.join(', ')}`;
  return {
    resource,
    result: 'fail',
    reason,
    citations: [population({ name: 'path-matches', args: { globs } }, 0, statement)],
  };
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
