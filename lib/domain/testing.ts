/** Listings as the servers print them, for tests. */
import type { CommitLine } from './listings.ts';

/** What `list_directory_with_sizes` prints for files by size, and `null` for directories. */
export function directoryListing(entries: Readonly<Record<string, number | null>>): string {
  const names = Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = names.map(([name, size]) =>
    size === null ? `[DIR] ${name.padEnd(30)} ` : `[FILE] ${name.padEnd(30)} ${sizeText(size).padStart(10)}`,
  );
  const files = names.filter(([, size]) => size !== null);
  const total = files.reduce((sum, [, size]) => sum + (size ?? 0), 0);
  return [
    ...lines,
    '',
    `Total: ${files.length} files, ${names.length - files.length} directories`,
    `Combined size: ${sizeText(total)}`,
  ].join('\n');
}

function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log(bytes) / Math.log(1024)), units.length - 1);
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(2)} ${units[power]}`;
}

/** One directory listing per directory of a tree given by its files' paths and sizes; keys are paths under `root`. */
export function treeListings(root: string, files: Readonly<Record<string, number>>): ReadonlyMap<string, string> {
  const directories = new Map<string, Record<string, number | null>>([['', {}]]);
  const entriesOf = (path: string): Record<string, number | null> => {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    entriesOf(cut === -1 ? '' : path.slice(0, cut))[path.slice(cut + 1)] = null;
    const made: Record<string, number | null> = {};
    directories.set(path, made);
    return made;
  };
  for (const [path, size] of Object.entries(files)) {
    const cut = path.lastIndexOf('/');
    entriesOf(cut === -1 ? '' : path.slice(0, cut))[path.slice(cut + 1)] = size;
  }
  return new Map([...directories].map(([path, entries]) => [path === '' ? root : `${root}/${path}`, directoryListing(entries)]));
}

export const commit = (given: Partial<CommitLine> = {}): CommitLine => ({
  sha: 'a'.repeat(40),
  parents: [],
  authorEmail: 'ada@example.com',
  committerEmail: 'ada@example.com',
  authoredAt: '2026-11-01T10:00:00Z',
  signature: 'N',
  subject: 'Add the cart',
  ...given,
});
