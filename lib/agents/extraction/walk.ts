import { UnparsableListing } from '../../domain/errors.ts';
import { type DirectoryEntry, parseDirectoryListing } from '../../domain/listings.ts';
import { exclusion, isIgnoreFile, narrowed, type Scope, wholeTree } from '../../domain/scope.ts';
import { type CallTools, onlyBlock } from '../tools.ts';
import type { ListedFile } from './read-files.ts';

export interface Walked {
  readonly root: string;
  readonly files: readonly ListedFile[];
  readonly toolCallIds: readonly string[];
  readonly blobSha256s: readonly string[];
  /** Directories that could not be listed, with why. */
  readonly unlisted: readonly { readonly path: string; readonly reason: string }[];
  /** How many entries each rule left out. */
  readonly excluded: ReadonlyMap<string, number>;
}

interface Directory {
  readonly path: string;
  readonly scope: Scope;
}

/** Lists a tree level by level, one call a directory, and honours ignore files before it descends. */
export async function walk(call: CallTools, root: string): Promise<Walked> {
  const files: ListedFile[] = [];
  const toolCallIds: string[] = [];
  const blobSha256s: string[] = [];
  const unlisted: { path: string; reason: string }[] = [];
  const excluded = new Map<string, number>();

  let level: readonly Directory[] = [{ path: '', scope: wholeTree }];
  while (level.length > 0) {
    const answers = await call(
      level.map(({ path }) => ({ tool: 'list_directory_with_sizes', args: { path: absolute(root, path) } })),
    );
    const listed = level.flatMap((directory, index) => {
      const answer = answers[index];
      const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
      if ('problem' in found) {
        unlisted.push({ path: directory.path || '.', reason: found.problem });
        return [];
      }
      const entries = readListing(found.block.text);
      if ('problem' in entries) {
        unlisted.push({ path: directory.path || '.', reason: entries.problem });
        return [];
      }
      toolCallIds.push(found.toolCallId);
      blobSha256s.push(found.block.sha256);
      return [{ directory, entries }];
    });
    const { scopes, cited } = await readIgnoreFiles(call, root, listed);
    // They decide what is counted, so that whoever counts again needs them as well.
    toolCallIds.push(...cited.map(({ toolCallId }) => toolCallId));
    blobSha256s.push(...cited.map(({ sha256 }) => sha256));
    const next: Directory[] = [];
    listed.forEach(({ directory, entries }, index) => {
      const scope = scopes[index] ?? directory.scope;
      for (const entry of entries) {
        const path = join(directory.path, entry.name);
        const out = exclusion(scope, path, entry.isDirectory);
        if (out !== null) excluded.set(out, (excluded.get(out) ?? 0) + 1);
        else if (entry.isDirectory) next.push({ path, scope });
        else files.push({ path, sizeBytes: entry.sizeBytes });
      }
    });
    level = next;
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { root, files, toolCallIds, blobSha256s, unlisted, excluded };
}

/** A listing that was cut, or that a name with a line break in it damaged, does not parse: it is no listing at all. */
function readListing(text: string): readonly DirectoryEntry[] | { problem: string } {
  try {
    return parseDirectoryListing(text);
  } catch (error) {
    if (error instanceof UnparsableListing) return { problem: error.message };
    throw error;
  }
}

async function readIgnoreFiles(
  call: CallTools,
  root: string,
  listed: readonly { directory: Directory; entries: readonly { name: string; isDirectory: boolean }[] }[],
): Promise<{ scopes: Scope[]; cited: { toolCallId: string; sha256: string }[] }> {
  const wanted = listed.flatMap(({ directory, entries }, index) =>
    entries
      .map(({ name, isDirectory }) => ({ index, name, path: join(directory.path, name), isDirectory }))
      .filter(({ path, isDirectory }) => !isDirectory && isIgnoreFile(path)),
  );
  const answers = wanted.length === 0 ? [] : await call(wanted.map(({ path }) => readCall(root, path)));
  const scopes = listed.map(({ directory }) => directory.scope);
  const cited: { toolCallId: string; sha256: string }[] = [];
  wanted.forEach(({ index, name }, position) => {
    const answer = answers[position];
    const found = answer ? onlyBlock(answer) : { problem: 'no answer' };
    const directory = listed[index]?.directory;
    const scope = scopes[index];
    if ('problem' in found || !directory || !scope) return;
    cited.push({ toolCallId: found.toolCallId, sha256: found.block.sha256 });
    const isGit = name === '.gitignore';
    scopes[index] = narrowed(scope, directory.path, isGit ? found.block.text : null, isGit ? null : found.block.text);
  });
  return { scopes, cited };
}

export const readCall = (root: string, path: string) => ({ tool: 'read_text_file', args: { path: absolute(root, path) } });
const absolute = (root: string, path: string): string => (path === '' ? root : `${root.replace(/\/$/, '')}/${path}`);
const join = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`);
