/** What the database holds, asked as its superuser, and what a stranger is shown of it. */
import { randomUUID } from 'node:crypto';
import { withClient } from '../../local/services/postgres-roles.ts';

/** Rows of each table, by its name. */
export type Rows = Readonly<Record<string, number>>;

const tables = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '_prisma_migrations' ORDER BY relname`;

export const countRows = (adminUrl: string): Promise<Rows> => countAs(adminUrl, adminUrl, '');

/** As the program, for a person who is a member of nothing: row-level security leaves 0 of everything. */
export const countForStranger = (adminUrl: string, appUrl: string): Promise<Rows> => countAs(adminUrl, appUrl, randomUUID());

async function countAs(adminUrl: string, url: string, person: string): Promise<Rows> {
  const names = await withClient(adminUrl, async (client) => (await client.query<{ name: string }>(tables)).rows);
  return withClient(url, async (client) => {
    await client.query(`SELECT set_config('app.user_id', $1, false)`, [person]);
    const counts: Record<string, number> = {};
    for (const { name } of names) {
      const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${client.escapeIdentifier(name)}`);
      counts[name] = Number(rows[0]?.count);
    }
    return counts;
  });
}

export interface StoredReport {
  readonly runId: string;
  /** The Merkle root that its seal has, hex. */
  readonly root: string;
}

export const storedReports = (adminUrl: string): Promise<readonly StoredReport[]> =>
  withClient(
    adminUrl,
    async (client) => (await client.query<StoredReport>('SELECT "runId", root FROM "Report" ORDER BY "createdAt"')).rows,
  );

/** The server's time, to the microsecond, as a recovery target takes it. */
export const momentOf = (adminUrl: string): Promise<string> =>
  withClient(
    adminUrl,
    async (client) => (await client.query<{ now: string }>('SELECT clock_timestamp()::text AS now')).rows[0]?.now ?? '',
  );

/** What was there and is not any more. */
export const missing = (before: Rows, after: Rows): Rows =>
  Object.fromEntries(
    Object.entries(before)
      .map(([name, count]) => [name, count - (after[name] ?? 0)] as const)
      .filter(([, lost]) => lost !== 0),
  );
