/** A real PostgreSQL for one machine: DATABASE_URL, else the one from npm, kept under `dataDir` and shared by the checkout's processes. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ServiceUnavailable } from './errors.ts';
import { type PostgresHome, postgresHome } from './postgres-home.ts';
import { appUrl, ensureAppRole, withClient } from './postgres-roles.ts';
import { joinServer, type ServerCommand } from './server.ts';
import { isAlive } from './users.ts';

export interface Postgres {
  /** Owns the schema and migrates it; no superuser in the embedded server, as on RDS. */
  readonly ownerUrl: string;
  /** The program's: under row-level security, owns nothing. */
  readonly appUrl: string;
  /** The embedded server's superuser; null with DATABASE_URL. */
  readonly adminUrl: string | null;
  /** Leaves the server; the last one to leave ends it. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  readonly dataDir: string;
  readonly signal?: AbortSignal;
  /** A server elsewhere; its user must be able to make roles. */
  readonly databaseUrl?: string | undefined;
  /** Tests: durability off, nothing survives. */
  readonly throwaway?: boolean;
  /** Runs once per start, before anybody else may connect. */
  readonly initialise?: (urls: { ownerUrl: string; adminUrl: string }) => Promise<void>;
}

const run = promisify(execFile);
const secrets = z.object({ admin: z.string(), owner: z.string() });

export async function startPostgres({
  databaseUrl = process.env['DATABASE_URL'],
  ...options
}: PostgresOptions): Promise<Postgres> {
  if (databaseUrl === undefined || databaseUrl === '') return startEmbedded(options);
  try {
    await ensureAppRole(databaseUrl);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ServiceUnavailable(`DATABASE_URL: no PostgreSQL whose user can make roles (${why})`);
  }
  return { ownerUrl: databaseUrl, appUrl: appUrl(databaseUrl), adminUrl: null, stop: async () => undefined };
}

async function startEmbedded({ dataDir: dir, signal, throwaway = false, initialise }: PostgresOptions): Promise<Postgres> {
  const urls = async (port: number, database: string) => {
    const { admin, owner } = await readSecrets(dir);
    return {
      adminUrl: `postgres://postgres:${admin}@127.0.0.1:${port}/postgres`,
      ownerUrl: `postgres://assay_owner:${owner}@127.0.0.1:${port}/${database}`,
    };
  };
  const server = await joinServer(
    dir,
    {
      name: 'PostgreSQL',
      async prepare(port) {
        const home = await postgresHome(dir);
        await removeStalePid(home.data);
        if (!(await readdir(home.data)).includes('PG_VERSION')) await createCluster(dir, home);
        return command(home, port, throwaway);
      },
      async answers(port) {
        try {
          await withClient((await urls(port, 'postgres')).adminUrl, (client) => client.query('SELECT 1'));
          return true;
        } catch {
          return false;
        }
      },
      async initialise(port) {
        const { adminUrl, ownerUrl } = await urls(port, 'assay');
        await makeOwner(adminUrl, ownerUrl);
        await ensureAppRole(ownerUrl);
        await initialise?.({ adminUrl, ownerUrl });
      },
    },
    signal,
  );
  const { ownerUrl, adminUrl } = await urls(server.port, 'assay');
  return { ownerUrl, appUrl: appUrl(ownerUrl), adminUrl, stop: server.leave };
}

/** Written before the cluster is made: a cluster without its password could never be entered. */
async function readSecrets(dir: string): Promise<z.infer<typeof secrets>> {
  const file = join(dir, 'secrets.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text !== null) return secrets.parse(JSON.parse(text));
  const made = { admin: randomBytes(24).toString('base64url'), owner: randomBytes(24).toString('base64url') };
  await writeFile(file, JSON.stringify(made), { mode: 0o600, flag: 'wx' }).catch(() => undefined);
  return secrets.parse(JSON.parse(await readFile(file, 'utf8')));
}

async function createCluster(dir: string, home: PostgresHome): Promise<void> {
  // What an interrupted initdb left; the folder itself stays, with its owner.
  for (const entry of await readdir(home.data)) await rm(join(home.data, entry), { recursive: true });
  const { admin } = await readSecrets(dir);
  // As this user, or initdb could not read it; beside the data, because initdb wants that empty.
  const passwordFile = `${home.data}.password`;
  await writeFile(passwordFile, admin, { mode: 0o600 });
  if (home.owner !== null) await chown(passwordFile, home.owner.uid, home.owner.gid);
  try {
    await run(
      home.initdb,
      [
        `--pgdata=${home.data}`,
        '--username=postgres',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        // A new cluster holds nothing yet that a power cut could take.
        '--no-sync',
      ],
      { cwd: '/', env: {}, ...(home.owner ?? {}) },
    );
  } catch (error) {
    throw new ServiceUnavailable(
      `PostgreSQL could not make its data folder ${home.data}: ${error instanceof Error ? error.message.trim() : error}`,
    );
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function command(home: PostgresHome, port: number, throwaway: boolean): ServerCommand {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'timezone=UTC',
    'max_connections=200',
    // One person's data; the default of 128 MB would in time all be resident.
    'shared_buffers=32MB',
    ...(throwaway
      ? [
          'fsync=off',
          'synchronous_commit=off',
          'full_page_writes=off',
          'autovacuum=off',
          'wal_level=minimal',
          'max_wal_senders=0',
        ]
      : []),
  ];
  return {
    command: home.postgres,
    args: ['-D', home.data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd: '/',
    env: {},
    // Fast shutdown: open transactions are rolled back.
    stopSignal: 'SIGINT',
    ...(home.owner ?? {}),
  };
}

/**
 * A killed server leaves postmaster.pid. PostgreSQL sees through that unless the number has been given to another process of the
 * same user since, as happens in containers. Called only when no server answers, under the folder's lock.
 */
async function removeStalePid(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid)) return;
  const program = isAlive(pid) ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null) : '';
  // Where there is no /proc the living are left alone, and the start says that the folder is in use.
  if (program !== null && !program.includes(data)) await rm(file, { force: true });
}

async function makeOwner(adminUrl: string, ownerUrl: string): Promise<void> {
  const { password } = new URL(ownerUrl);
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query(`SELECT FROM pg_roles WHERE rolname = 'assay_owner'`);
    if (rowCount === 0)
      await client.query(`CREATE ROLE assay_owner LOGIN CREATEDB CREATEROLE PASSWORD ${client.escapeLiteral(password)}`);
    const database = await client.query(`SELECT FROM pg_database WHERE datname = 'assay'`);
    if (database.rowCount === 0) await client.query('CREATE DATABASE assay OWNER assay_owner');
  });
}
