/** What a set of listings lists, and how many of it a named predicate selects. The verifier evaluates the same again. */
import { isUtf8 } from 'node:buffer';
import picomatch from 'picomatch';
import type { Predicate } from '../contract/report.ts';
import { UnparsableListing } from './errors.ts';
import { hostTree } from './host-listings.ts';
import { type CommitLine, parseCommitLog, parseDirectoryListing, parseTagList, type TagLine } from './listings.ts';
import { byText } from './order.ts';
import { readerOf } from './readers/index.ts';
import { meets, type SourceRecord } from './records.ts';
import { exclusion, isIgnoreFile, narrowed, type Scope, wholeTree } from './scope.ts';

/** One call that listed members, or that read an ignore file which narrows the listing, and the bytes it returned. */
export interface ListingBlob {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The block's place in the answer. */
  readonly index: number;
  readonly bytes: Uint8Array;
  /** The bytes were cut at the cap: what is missing cannot be counted. */
  readonly truncated: boolean;
}

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
  const records = eachOnce(listings.flatMap((listing) => recordsOn(listing, of)));
  return { files: null, commits: null, tags: null, records, unlistedDirectories: [] };
}

/** Pages may overlap: of records with one id the last counts. */
export const eachOnce = <R extends SourceRecord>(records: readonly R[]): readonly R[] => [
  ...new Map(records.map((record) => [record.id, record])).values(),
];

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

interface Tree {
  readonly files: readonly string[];
  readonly unlisted: readonly string[];
}

/** Parents come before their children, so that each directory inherits the scope of the one above. */
function treeOf(listings: readonly ListingBlob[], ignoreFiles: readonly ListingBlob[]): Tree {
  const root = listings.map(pathOf).reduce((shortest, path) => (path.length < shortest.length ? path : shortest));
  const listed = new Map(listings.map((listing) => [relative(root, pathOf(listing)), listing]));
  const rules = new Map(ignoreFiles.map((listing) => [relative(root, pathOf(listing)), listing]));
  for (const path of rules.keys()) {
    if (!isIgnoreFile(path)) throw new UnparsableListing(`${path} is neither a listing nor an ignore file`);
  }
  const scopes = new Map<string, Scope>();
  const files = new Set<string>();
  const unlisted = new Set<string>();
  for (const directory of [...listed.keys()].sort(byText)) {
    const scope = scopeOf(directory, scopes.get(parentOf(directory)) ?? wholeTree, rules);
    scopes.set(directory, scope);
    for (const entry of read(required(listed, directory), parseDirectoryListing)) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (exclusion(scope, path, entry.isDirectory) !== null) continue;
      if (!entry.isDirectory) files.add(path);
      else if (!listed.has(path)) unlisted.add(path);
    }
  }
  return { files: [...files].sort(byText), unlisted: [...unlisted].sort(byText) };
}

function scopeOf(directory: string, above: Scope, rules: ReadonlyMap<string, ListingBlob>): Scope {
  const textOf = (name: string): string | null => {
    const listing = rules.get(directory === '' ? name : `${directory}/${name}`);
    return listing === undefined ? null : textIn(listing);
  };
  return narrowed(above, directory, textOf('.gitignore'), directory === '' ? textOf('.assayignore') : null);
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function required<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new UnparsableListing(`Nothing is listed for ${String(key)}`);
  return value;
}

function pathOf(listing: ListingBlob): string {
  const { path } = listing.args;
  if (typeof path !== 'string' || path === '') throw new UnparsableListing(`${listing.tool} has no path among its arguments`);
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}

function relative(root: string, path: string): string {
  if (path === root) return '';
  const prefix = root === '.' || root === '/' ? '' : `${root}/`;
  if (!path.startsWith(prefix)) throw new UnparsableListing(`${path} is not under the listed ${root}`);
  return root === '/' ? path.slice(1) : root === '.' ? path.replace(/^\.\//, '') : path.slice(prefix.length);
}

function read<T>(listing: ListingBlob, parse: (text: string) => readonly T[]): readonly T[] {
  try {
    return parse(textIn(listing));
  } catch (error) {
    if (error instanceof UnparsableListing) throw new UnparsableListing(`${named(listing)} cannot be read: ${error.message}`);
    throw error;
  }
}

function textIn({ bytes }: ListingBlob): string {
  if (!isUtf8(bytes)) throw new UnparsableListing('it is not UTF-8 text');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const named = ({ tool, args }: ListingBlob): string => (typeof args['path'] === 'string' ? `${tool} of ${args['path']}` : tool);
