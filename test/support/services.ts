/**
 * Real PostgreSQL and Redis for tests: one server each per run, shared by its workers, started on first use.
 * A database per call, cloned from a migrated template (about 50 ms), so that test files can't see each other.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Postgres, startPostgres } from '../../local/services/postgres.ts';
import { appUrl, withClient } from '../../local/services/postgres-roles.ts';
import { startRedis } from '../../local/services/redis.ts';
import { migrate } from '../../prisma/migrate.ts';

export interface TestDatabase {
  /** Under row-level security, as the program connects. */
  readonly appUrl: string;
  /** Owns the schema; no superuser, and under row-level security too. */
  readonly ownerUrl: string;
  /** Superuser: sees every row. For asserting what is stored, and for breaking things. */
  readonly adminUrl: string;
  drop(): Promise<void>;
}

const template = 'assay_template';
let joined: Promise<Postgres> | undefined;

/** Joined once per worker and never left: the run's own process keeps the server, and a worker's end counts as leaving. */
function postgres(): Promise<Postgres> {
  joined ??= startPostgres({
    dataDir: join(inject('servicesDir'), 'postgres'),
    databaseUrl: '',
    throwaway: true,
    async initialise({ adminUrl, ownerUrl }) {
      await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${template} OWNER assay_owner`));
      await migrate(withDatabase(ownerUrl, template));
    },
  });
  return joined;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** `empty: true` gives one without tables. */
export async function testDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { ownerUrl, adminUrl } = await postgres();
  if (adminUrl === null) throw new Error('tests run on the embedded PostgreSQL');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const source = empty ? 'template1' : template;
  await withClient(adminUrl, (client) =>
    // Copying files is the quickest where nothing is synced; it waits for nobody, since nobody connects to the template.
    client.query(`CREATE DATABASE ${name} OWNER assay_owner TEMPLATE ${source} STRATEGY FILE_COPY`),
  );
  const owner = withDatabase(ownerUrl, name);
  return {
    appUrl: appUrl(owner),
    ownerUrl: owner,
    adminUrl: withDatabase(adminUrl, name),
    drop: async () => {
      await withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

export interface TestRedis {
  readonly url: string;
  stop(): Promise<void>;
}

let nextRedis = 0;

/**
 * An empty logical database of the run's Redis; `cluster: true` gives the run's one-node cluster (which has a single database,
 * shared: use fresh ids in keys); `own: true` a server that the test may stop or flush.
 */
export async function testRedis({ cluster = false, own = false } = {}): Promise<TestRedis> {
  const dir = inject('servicesDir');
  if (own) return startRedis({ dir: join(dir, `redis-${randomUUID()}`), redisUrl: '', cluster });
  const { url } = await startRedis({ dir: join(dir, cluster ? 'redis-cluster' : 'redis'), redisUrl: '', cluster });
  if (cluster) {
    await announce(url);
    return { url, stop: async () => undefined };
  }
  // Workers are numbered from 1; each has 32 databases of its own, used in turn.
  const worker = Number(process.env['VITEST_POOL_ID'] ?? '1');
  const database = (worker % 31) * 32 + (nextRedis++ % 32);
  await flush(url, database);
  return { url: `${url}/${database}`, stop: async () => undefined };
}

/** A node that has never met another does not know its own address; clients are told none and find nobody. */
async function announce(url: string): Promise<void> {
  const { Redis } = await import('ioredis');
  const node = new Redis(url);
  await node.config('SET', 'cluster-announce-ip', '127.0.0.1');
  node.disconnect();
}

async function flush(url: string, database: number): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis(url, { db: database });
  await client.flushdb();
  client.disconnect();
}
