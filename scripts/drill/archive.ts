/**
 * What RDS does by itself, done by hand on the local server: a base backup of a running database, its log archived beside it, and a
 * restore to any moment since.
 */
import { chown, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresHome } from '../../local/services/postgres-home.ts';
import { withClient } from '../../local/services/postgres-roles.ts';

export interface Archive {
  /** Of the log, segment by segment. */
  readonly log: string;
  readonly base: string;
}

/** Made anew at each start of a server, or a copy of what the log archive holds. */
const notCopied: readonly string[] = ['pg_wal', 'pg_replslot', 'pg_stat_tmp', 'postmaster.pid', 'postmaster.opts'];

/** The server has to be started again for it. */
export async function turnOnArchive(adminUrl: string, home: PostgresHome): Promise<Archive> {
  const archive = { log: `${home.data}-log`, base: `${home.data}-base` };
  for (const folder of [archive.log, archive.base]) await ownFolder(folder, home);
  await withClient(adminUrl, async (client) => {
    await client.query(`ALTER SYSTEM SET archive_mode = 'on'`);
    await client.query(
      `ALTER SYSTEM SET archive_command = ${client.escapeLiteral(`test ! -f "${archive.log}/%f" && /bin/cp "%p" "${archive.log}/%f"`)}`,
    );
  });
  return archive;
}

/** While everybody works: the log makes good what changes during the copy. */
export async function baseBackup(adminUrl: string, home: PostgresHome, { base }: Archive): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query(`SELECT pg_backup_start('drill', true)`);
    await copyFolder(home.data, base, home);
    // Answers when the log of the backup itself is archived.
    const { rows } = await client.query<{ label: string }>('SELECT labelfile AS label FROM pg_backup_stop(true)');
    await write(join(base, 'backup_label'), rows[0]?.label ?? '', home);
  });
}

/** All of the log up to now is in the archive; RDS uploads it every five minutes. */
export async function archiveLog(adminUrl: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS name');
    for (;;) {
      const archived = await client.query('SELECT FROM pg_stat_archiver WHERE last_archived_wal >= $1', [rows[0]?.name]);
      if (archived.rowCount === 1) return;
      await sleep(50);
    }
  });
}

/** The server must be down. What was there is gone. Its next start replays the log to that moment, and answers nobody before. */
export async function restore(home: PostgresHome, { base, log }: Archive, moment: string): Promise<void> {
  for (const entry of await readdir(home.data)) await rm(join(home.data, entry), { recursive: true });
  await copyFolder(base, home.data, home);
  for (const name of ['pg_wal', 'pg_replslot', 'pg_stat_tmp']) await ownFolder(join(home.data, name), home);
  const settings = {
    restore_command: `/bin/cp "${log}/%f" "%p"`,
    recovery_target_time: moment,
    recovery_target_action: 'promote',
    // Whoever asked before the end of the replay would be told half of the truth.
    hot_standby: 'off',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  await write(join(home.data, 'recovery.signal'), '', home);
  await write(join(home.data, 'postgresql.auto.conf'), `\n${lines.join('\n')}\n`, home, 'a');
}

async function copyFolder(from: string, to: string, home: PostgresHome): Promise<void> {
  await ownFolder(to, home);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (notCopied.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target, home);
    else if (await copied(source, target)) await own(target, home);
  }
}

/** False for a file that the server removed since the folder was read: the log says so too. */
async function copied(source: string, target: string): Promise<boolean> {
  try {
    await copyFile(source, target);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function write(file: string, content: string, home: PostgresHome, flag: 'w' | 'a' = 'w'): Promise<void> {
  await writeFile(file, content, { mode: 0o600, flag });
  await own(file, home);
}

async function ownFolder(folder: string, home: PostgresHome): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await own(folder, home);
}

async function own(path: string, { owner }: PostgresHome): Promise<void> {
  if (owner !== null) await chown(path, owner.uid, owner.gid);
}
