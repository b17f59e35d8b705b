/** What a set of listings lists, and how many of it a named predicate selects. The verifier evaluates the same again. */
import picomatch from 'picomatch';
import type { Predicate } from '../contract/report.ts';
import { UnparsableListing } from './errors.ts';
import { type CommitLine, parseCommitLog, parseDirectoryListing, parseTagList, type TagLine } from './listings.ts';
import { byText } from './order.ts';

/** One listing call and the bytes it returned. */
export interface ListingBlob {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
  /** The bytes were cut at the cap: what is missing cannot be counted. */
  readonly truncated: boolean;
}

export interface Population {
  /** Relative to the root, which is the shortest listed path; sorted, each once. Null when no directory was listed. */
  readonly files: readonly string[] | null;
  readonly commits: readonly CommitLine[] | null;
  readonly tags: readonly TagLine[] | null;
  /** Directories that were seen but not listed themselves, relative to the root. */
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
  const known = ['list_directory_with_sizes', 'git_log', 'git_tags'];
  for (const listing of listings) {
    if (!known.includes(listing.tool)) throw new UnparsableListing(`${listing.tool} is no listing tool that can be read`);
    if (listing.truncated) throw new UnparsableListing(`${named(listing)} was cut at the size cap`);
  }
  const directories = of('list_directory_with_sizes');
  const logs = of('git_log');
  const tagLists = of('git_tags');
  const tree = directories.length === 0 ? null : treeOf(directories);
  return {
    files: tree?.files ?? null,
    commits:
      logs.length === 0
        ? null
        : unique(
            logs.flatMap((one) => read(one, parseCommitLog)),
            ({ sha }) => sha,
          ),
    tags:
      tagLists.length === 0
        ? null
        : unique(
            tagLists.flatMap((one) => read(one, parseTagList)),
            ({ name }) => name,
          ),
    unlistedDirectories: tree?.unlisted ?? [],
  };
}

/** `any` counts files where there is a directory listing, else commits, else tags. Never throws. */
export function evaluatePredicate(predicate: Predicate, listings: readonly ListingBlob[]): PredicateCheck {
  try {
    return countIn(predicate, populationOf(listings));
  } catch (error) {
    if (error instanceof UnparsableListing) return { ok: false, reason: error.message };
    throw error;
  }
}

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
  }
}

function counted<T>(members: readonly T[] | null, test: (member: T) => boolean, lists: string): PredicateCheck {
  if (members === null) return { ok: false, reason: `None of the cited calls ${lists}` };
  return { ok: true, count: members.filter(test).length, total: members.length };
}

const globTest = (globs: readonly string[]): ((path: string) => boolean) =>
  globs.length === 0 ? () => false : picomatch([...globs], { dot: true, nocase: true });

function treeOf(listings: readonly ListingBlob[]): { readonly files: string[]; readonly unlisted: string[] } {
  const listed = new Map(listings.map((listing) => [pathOf(listing), listing]));
  const root = [...listed.keys()].reduce((shortest, path) => (path.length < shortest.length ? path : shortest));
  const files = new Set<string>();
  const seen = new Set<string>();
  for (const [path, listing] of listed) {
    const prefix = relative(root, path);
    for (const entry of read(listing, parseDirectoryListing)) {
      (entry.isDirectory ? seen : files).add(prefix === '' ? entry.name : `${prefix}/${entry.name}`);
    }
  }
  const reached = new Set([...listed.keys()].map((path) => relative(root, path)));
  return { files: [...files].sort(byText), unlisted: [...seen].filter((path) => !reached.has(path)).sort(byText) };
}

function pathOf(listing: ListingBlob): string {
  const { path } = listing.args;
  if (typeof path !== 'string' || path === '') throw new UnparsableListing('A directory listing has no path among its arguments');
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

function relative(root: string, path: string): string {
  if (path === root) return '';
  const prefix = root === '.' || root === '/' ? '' : `${root}/`;
  const from = root === '/' ? path.slice(1) : root === '.' ? path.replace(/^\.\//, '') : path.slice(prefix.length);
  if (!path.startsWith(prefix)) throw new UnparsableListing(`The listed directory ${path} is not under ${root}`);
  return from;
}

function read<T>(listing: ListingBlob, parse: (text: string) => T[]): T[] {
  try {
    return parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(listing.bytes));
  } catch (error) {
    if (error instanceof UnparsableListing) throw new UnparsableListing(`${named(listing)} cannot be read: ${error.message}`);
    if (error instanceof TypeError) throw new UnparsableListing(`${named(listing)} is not UTF-8 text`);
    throw error;
  }
}

const named = ({ tool, args }: ListingBlob): string => (typeof args['path'] === 'string' ? `${tool} of ${args['path']}` : tool);

function unique<T>(members: readonly T[], key: (member: T) => string): T[] {
  return [...new Map(members.map((member) => [key(member), member])).values()];
}
