/** What a set of listings lists, and how many of it a named predicate selects. The verifier evaluates the same again. */
import picomatch from 'picomatch';
import type { Predicate } from '../contract/report.ts';
import { treeOf } from './directory-tree.ts';
import { UnparsableListing } from './errors.ts';
import { hostTree } from './host-listings.ts';
import { type ListingBlob, named, read, textIn } from './listing-blob.ts';
import { type CommitLine, parseCommitLog, parseTagList, type TagLine } from './listings.ts';
import { joinOf, readerOf } from './readers/index.ts';
import { meets, type SourceRecord } from './records.ts';

export type { ListingBlob } from './listing-blob.ts';

export interface Population {
  /**
   * Relative to the root, which is the shortest listed path; sorted, each once; null when no directory was listed. Without what
   * the cited ignore files leave out (.gitignore and .assayignore of a folder, .assayignore alone of what a host keeps: that is
   * tracked, whatever .gitignore says): the collector left out the same.
   */
  readonly files: readonly string[] | null;
  readonly commits: readonly CommitLine[] | null;
  readonly tags: readonly TagLine[] | null;
  /** Of the one family and kind that was asked for; null when none was. */
  readonly records: readonly SourceRecord[] | null;
  /** Directories that were in scope but were not listed themselves, relative to the root. */
  readonly unlistedDirectories: readonly string[];
}

export type PredicateCheck =
  | {
      readonly ok: true;
      /** How many members satisfy the predicate. */
      readonly count: number;
      /** How many members there are in all. */
      readonly total: number;
    }
  | { readonly ok: false; readonly reason: string };

/** @throws UnparsableListing naming the call, when any listing is cut, damaged or of an unknown tool. */
export function populationOf(listings: readonly ListingBlob[]): Population {
  const of = (tool: string): ListingBlob[] => listings.filter((listing) => listing.tool === tool);
  const host = [...of('get_repository_tree'), ...of('get_file_contents')];
  const known = ['list_directory_with_sizes', 'read_text_file', 'git_log', 'git_tags', ...host.map(({ tool }) => tool)];
  for (const listing of listings) {
    if (!known.includes(listing.tool)) throw new UnparsableListing(`${listing.tool} is no listing tool that can be read`);
    if (listing.truncated) throw new UnparsableListing(`${named(listing)} was cut at the size cap`);
  }
  const directories = of('list_directory_with_sizes');
  if (directories.length > 0 && host.length > 0) throw new UnparsableListing('Two kinds of servers cannot list one population');
  const tree =
    host.length > 0
      ? hostTree(host.map((listing) => ({ ...listing, text: textIn(listing) })))
      : directories.length === 0
        ? null
        : treeOf(directories, of('read_text_file'));
  return {
    files: tree?.files ?? null,
    commits: members(of('git_log'), parseCommitLog, ({ sha }) => sha),
    tags: members(of('git_tags'), parseTagList, ({ name }) => name),
    records: null,
    unlistedDirectories: tree?.unlisted ?? [],
  };
}

/** Whose readers read a listing, and what of it. */
export interface RecordsOf {
  readonly family: string;
  readonly kind: string;
}

/** @throws UnparsableListing naming the call, when any listing is cut, damaged, or lists nothing of that kind. */
export function recordPopulationOf(listings: readonly ListingBlob[], of: RecordsOf): Population {
  const records = together(
    listings.flatMap((listing) => recordsOn(listing, of)),
    of,
  );
  return { files: null, commits: null, tags: null, records, unlistedDirectories: [] };
}

/**
 * Each record once: what several answers say of one id is put together, the later one's word counting, and what follows from all
 * of them is added.
 */
export function together<R extends SourceRecord>(records: readonly R[], { family, kind }: RecordsOf): readonly R[] {
  const byId = new Map<string, R>();
  for (const record of records) {
    const before = byId.get(record.id);
    byId.set(record.id, before === undefined ? record : { ...record, facts: { ...before.facts, ...record.facts } });
  }
  const all = [...byId.values()];
  return joinOf(family, kind)?.(all) ?? all;
}

/** @throws UnparsableListing */
export function recordsOn(listing: ListingBlob, { family, kind }: RecordsOf): readonly SourceRecord[] {
  if (listing.truncated) throw new UnparsableListing(`${named(listing)} was cut at the size cap`);
  const reader = readerOf(family, listing.tool, kind, listing.args);
  if (reader === undefined) throw new UnparsableListing(`${listing.tool} lists no ${kind} records of ${family}`);
  return read(listing, (text) => reader(text, listing.args)).filter((record) => record.kind === kind);
}

/** Pages may overlap: each member counts once. Null when there is no page. */
function members<T>(pages: readonly ListingBlob[], parse: (text: string) => T[], key: (member: T) => string): T[] | null {
  if (pages.length === 0) return null;
  return [...new Map(pages.flatMap((page) => read(page, parse)).map((member) => [key(member), member])).values()];
}

/** `any` counts files where there is a directory listing, else commits, else tags. Never throws. */
export function evaluatePredicate(predicate: Predicate, listings: readonly ListingBlob[]): PredicateCheck {
  try {
    return countIn(predicate, populationFor(predicate, listings));
  } catch (error) {
    if (error instanceof UnparsableListing) return { ok: false, reason: error.message };
    throw error;
  }
}

/** What a predicate counts in. @throws UnparsableListing */
export const populationFor = (predicate: Predicate, listings: readonly ListingBlob[]): Population =>
  predicate.name === 'records-where' ? recordPopulationOf(listings, predicate.args) : populationOf(listings);

/** The same for a population that is already read: many predicates share one listing. */
export function countIn(predicate: Predicate, population: Population): PredicateCheck {
  switch (predicate.name) {
    case 'any':
      return counted<unknown>(population.files ?? population.commits ?? population.tags, () => true, 'lists anything');
    case 'path-matches':
      return counted(population.files, globTest(predicate.args.globs), 'lists files');
    case 'commit-signature-in':
      return counted(
        population.commits,
        ({ signature }) => signature.length === 1 && predicate.args.letters.includes(signature),
        'lists commits',
      );
    case 'commit-parents-at-least':
      return counted(population.commits, ({ parents }) => parents.length >= predicate.args.parents, 'lists commits');
    case 'tag-matches': {
      const test = globTest(predicate.args.globs);
      return counted(population.tags, ({ name }) => test(name), 'lists tags');
    }
    case 'records-where':
      return counted(population.records, (record) => meets(record, predicate.args.where), 'lists records');
  }
}

function counted<T>(members: readonly T[] | null, test: (member: T) => boolean, lists: string): PredicateCheck {
  if (members === null) return { ok: false, reason: `None of the cited calls ${lists}` };
  return { ok: true, count: members.filter(test).length, total: members.length };
}

const globTest = (globs: readonly string[]): ((path: string) => boolean) =>
  globs.length === 0 ? () => false : picomatch([...globs], { dot: true, nocase: true });
