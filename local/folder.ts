/** A folder as the sources of a run: the official filesystem server, and the git server where there is a repository. */
import { execFile } from 'node:child_process';
import { access, constants, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type Bridge, startFilesystemServer, startGitServer } from './mcp/bridge.ts';

const run = promisify(execFile);

/** The folder can't be assessed; the message is one line that says why and how to mend it. */
export class BadFolder extends Error {
  override readonly name = 'BadFolder';
}

/** Where the folder really is. @throws BadFolder */
export async function checkFolder(directory: string): Promise<string> {
  const found = await stat(directory).catch((error: unknown) => error);
  if (found instanceof Error)
    throw new BadFolder(`${directory} does not exist, or may not be looked at: name a folder that this user can read`);
  if (!(found as Awaited<ReturnType<typeof stat>>).isDirectory())
    throw new BadFolder(`${directory} is a file: name the folder that holds it`);
  const path = await realpath(directory);
  try {
    await access(path, constants.R_OK | constants.X_OK);
    if ((await readdir(path)).length === 0) throw new BadFolder(`${directory} is empty: there is nothing to assess`);
  } catch (error) {
    if (error instanceof BadFolder) throw error;
    throw new BadFolder(`${directory} may not be read by this user: change its permissions, or run as its owner`);
  }
  return path;
}

export interface Source {
  readonly name: string;
  readonly profile: string;
  readonly bridge: Bridge;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** What a person should know of what is not looked at. */
  readonly notes: readonly string[];
}

export async function openSources(path: string, signal: AbortSignal): Promise<Sources> {
  // Of the 100 characters that a connection's name may have.
  const name = basename(path).slice(0, 80).trim() || 'root';
  const history = await historyOf(path);
  const [files, git] = await Promise.all([
    startFilesystemServer(path, signal),
    history.isRepository ? startGitServer(path, signal) : Promise.resolve(null),
  ]);
  return {
    sources: [
      { name: `${name} files`, profile: 'filesystem', bridge: files },
      ...(git === null ? [] : [{ name: `${name} history`, profile: 'git', bridge: git }]),
    ],
    notes: history.note === null ? [] : [history.note],
  };
}

async function historyOf(path: string): Promise<{ isRepository: boolean; note: string | null }> {
  const isMarked = await stat(join(path, '.git')).then(
    () => true,
    () => false,
  );
  if (!isMarked) return { isRepository: false, note: 'no git repository here: history is not assessed' };
  try {
    await run('git', ['-c', `safe.directory=${path}`, '-C', path, 'rev-parse', '--verify', 'HEAD']);
    return { isRepository: true, note: null };
  } catch {
    return { isRepository: false, note: 'git is not installed, or the repository has no commit: history is not assessed' };
  }
}
