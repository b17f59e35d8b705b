/** A folder as a host keeps it: blobs and trees by git's own hashes, and one commit. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolder } from '../stack.ts';

export interface HostEntry {
  readonly path: string;
  readonly type: 'tree' | 'blob';
  readonly mode: string;
  readonly sha: string;
  readonly size?: number;
}

export interface HostRepository {
  readonly commit: string;
  /** Direct entries by the sha of a tree; the commit's own under the commit. */
  readonly trees: ReadonlyMap<string, readonly HostEntry[]>;
  readonly blobs: ReadonlyMap<string, Buffer>;
}

const sha1 = (kind: string, bytes: Buffer): string =>
  createHash('sha1').update(`${kind} ${bytes.byteLength}\0`).update(bytes).digest('hex');

export function repositoryOf(texts: Readonly<Record<string, string>>): HostRepository {
  const folder = makeFolder(texts);
  try {
    return repositoryIn(folder);
  } finally {
    rmSync(dirname(folder), { recursive: true, force: true });
  }
}

export function repositoryIn(folder: string): HostRepository {
  const trees = new Map<string, readonly HostEntry[]>();
  const blobs = new Map<string, Buffer>();
  const treeOf = (directory: string): string => {
    const entries = readdirSync(directory, { withFileTypes: true })
      .filter(({ name }) => name !== '.git')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry): HostEntry => {
        const full = join(directory, entry.name);
        if (entry.isDirectory()) return { path: entry.name, type: 'tree', mode: '040000', sha: treeOf(full) };
        const bytes = readFileSync(full);
        const sha = sha1('blob', bytes);
        blobs.set(sha, bytes);
        return { path: entry.name, type: 'blob', mode: '100644', sha, size: bytes.byteLength };
      });
    const sha = sha1('tree', Buffer.concat(entries.map(({ mode, path, sha: own }) => Buffer.from(`${mode} ${path}\0${own}`))));
    trees.set(sha, entries);
    return sha;
  };
  const root = treeOf(folder);
  const commit = sha1('commit', Buffer.from(root));
  trees.set(commit, trees.get(root) ?? []);
  return { commit, trees, blobs };
}

/** All entries below a tree, with paths from there; parents before children. */
export function allEntries({ trees }: HostRepository, sha: string): readonly HostEntry[] {
  return (trees.get(sha) ?? []).flatMap((entry) =>
    entry.type === 'blob'
      ? [entry]
      : [
          entry,
          ...allEntries({ trees, commit: '', blobs: new Map() }, entry.sha).map((one) => ({
            ...one,
            path: `${entry.path}/${one.path}`,
          })),
        ],
  );
}

/** What stands at a path of the commit. */
export function fileAt(repository: HostRepository, path: string): { sha: string; bytes: Buffer } | undefined {
  const found = allEntries(repository, repository.commit).find((entry) => entry.path === path && entry.type === 'blob');
  const bytes = found === undefined ? undefined : repository.blobs.get(found.sha);
  return found === undefined || bytes === undefined ? undefined : { sha: found.sha, bytes };
}
