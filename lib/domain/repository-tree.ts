/** What a host (GitHub, GitLab) lists of a commit's tree, and which of it is in scope. */
import { exclusion, type Scope } from './scope.ts';

export interface TreeEntry {
  /** Relative to the tree that was listed. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'submodule';
  readonly sizeBytes: number | null;
  /** Names the content: two directories with one sha hold the same. */
  readonly sha: string;
}

export interface TreeListing {
  /** With everything below, or the direct entries alone. */
  readonly isRecursive: boolean;
  readonly entries: readonly TreeEntry[];
}

export interface RepositoryTree {
  /** Files and symbolic links, by paths relative to the root; each once. */
  readonly files: readonly TreeEntry[];
  /** Directories in scope whose entries no listing shows. */
  readonly unlisted: readonly { readonly path: string; readonly sha: string }[];
  /** Other repositories that are mounted here: not part of this one. */
  readonly submodules: readonly string[];
  /** How many entries each rule left out; one that is left out counts once, with all that is in it. */
  readonly excluded: ReadonlyMap<string, number>;
}

/** Of git's file modes: what an entry is. */
export function kindOf(type: string, mode: string): TreeEntry['kind'] | null {
  if (type === 'tree') return 'directory';
  if (type === 'commit') return 'submodule';
  if (type !== 'blob') return null;
  return mode === '120000' ? 'link' : 'file';
}

/** `below` are the listings of directories, by sha. */
export function repositoryTree(root: TreeListing, below: ReadonlyMap<string, TreeListing>, scope: Scope): RepositoryTree {
  const files = new Map<string, TreeEntry>();
  const unlisted: { path: string; sha: string }[] = [];
  const submodules: string[] = [];
  const excluded = new Map<string, number>();
  const isOut = outOf(scope, (rule) => excluded.set(rule, (excluded.get(rule) ?? 0) + 1));
  const queue = [{ listing: root, at: '' }];
  for (const { listing, at } of queue) {
    for (const entry of listing.entries) {
      const path = at === '' ? entry.path : `${at}/${entry.path}`;
      if (isOut(path, entry.kind === 'directory')) continue;
      if (entry.kind === 'submodule') submodules.push(path);
      else if (entry.kind !== 'directory') files.set(path, { ...entry, path });
      else if (!listing.isRecursive) {
        const next = below.get(entry.sha);
        if (next === undefined) unlisted.push({ path, sha: entry.sha });
        else queue.push({ listing: next, at: path });
      }
    }
  }
  return { files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), unlisted, submodules, excluded };
}

/** A path is out with the directory that it is in; that one is told of once. */
function outOf(scope: Scope, tell: (rule: string) => void): (path: string, isDirectory: boolean) => boolean {
  const directories = new Map<string, boolean>([['', false]]);
  const directoryIsOut = (path: string): boolean => {
    const known = directories.get(path);
    if (known !== undefined) return known;
    const isOut = directoryIsOut(parentOf(path)) || rules(path, true);
    directories.set(path, isOut);
    return isOut;
  };
  const rules = (path: string, isDirectory: boolean): boolean => {
    const rule = exclusion(scope, path, isDirectory);
    if (rule !== null) tell(rule);
    return rule !== null;
  };
  return (path, isDirectory) => (isDirectory ? directoryIsOut(path) : directoryIsOut(parentOf(path)) || rules(path, false));
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
