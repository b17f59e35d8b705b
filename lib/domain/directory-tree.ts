/** The files of a folder, from the listings of its directories and the ignore files that narrow them. */
import { UnparsableListing } from './errors.ts';
import { type ListingBlob, read, textIn } from './listing-blob.ts';
import { parseDirectoryListing } from './listings.ts';
import { byText } from './order.ts';
import { exclusion, isIgnoreFile, narrowed, type Scope, wholeTree } from './scope.ts';

export interface Tree {
  readonly files: readonly string[];
  readonly unlisted: readonly string[];
}

/** Parents come before their children, so that each directory inherits the scope of the one above. */
export function treeOf(listings: readonly ListingBlob[], ignoreFiles: readonly ListingBlob[]): Tree {
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
