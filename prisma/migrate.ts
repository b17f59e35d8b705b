/**
 * Applies prisma/migrations/<timestamp>_<name>/migration.sql in order, once each, in Prisma's own bookkeeping table and under
 * Prisma's own advisory lock: `prisma migrate deploy` does the same where its engine can be had, and either may follow the other.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** An applied migration was edited, is missing here, or failed half way under another tool: a person has to look. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

/** Prisma's: 72707369 is "prisma" in its source. */
const advisoryLock = 72707369;
const folder = join(import.meta.dirname, 'migrations');

interface Migration {
  readonly name: string;
  readonly sql: string;
  /** Hex SHA-256 of the file, as Prisma writes it. */
  readonly checksum: string;
}

export async function readMigrations(from = folder): Promise<Migration[]> {
  const entries = await readdir(from, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(from, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

export interface MigrateOptions {
  readonly signal?: AbortSignal;
  readonly from?: string;
  /** A database that has all of this version's migrations and later ones besides: `accept` is for a release that is rolled back. */
  readonly ahead?: 'refuse' | 'accept';
}

/**
 * Connects as the owner of the schema. Returns the names applied now, in order; [] when the database was up to date.
 * Each migration and its bookkeeping row commit together. Throws MigrationRefused, or pg's own error.
 */
export async function migrate(
  ownerUrl: string,
  { signal, from = folder, ahead = 'refuse' }: MigrateOptions = {},
): Promise<string[]> {
  const migrations = await readMigrations(from);
  const client = new pg.Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  // Also hears of a connection lost between two queries, which would otherwise end the process.
  client.on('error', () => undefined);
  const stop = () => void client.end();
  signal?.throwIfAborted();
  await client.connect();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    // Another migrator may be at it: wait for its whole work, but not for ever.
    await client.query("SET statement_timeout = '120s'; SET client_min_messages = warning");
    await client.query(`SELECT pg_advisory_lock(${advisoryLock})`);
    await client.query(bookkeeping);
    const pending = await unapplied(client, migrations, ahead);
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await client.end();
  }
}

async function unapplied(client: pg.Client, migrations: readonly Migration[], ahead: 'refuse' | 'accept'): Promise<Migration[]> {
  const { rows } = await client.query<{ migration_name: string; checksum: string; finished: boolean }>(
    `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const newest = migrations.at(-1)?.name ?? '';
  for (const { migration_name: name, checksum, finished } of rows) {
    const here = known.get(name);
    if (here === undefined) {
      if (ahead === 'accept' && finished && name > newest) continue;
      throw new MigrationRefused(`the database has migration ${name}, which this version does not know`);
    }
    if (!finished) throw new MigrationRefused(`migration ${name} was begun and never finished`);
    if (here.checksum !== checksum) throw new MigrationRefused(`migration ${name} was changed after it was applied`);
    known.delete(name);
  }
  return [...known.values()];
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

const bookkeeping = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;
