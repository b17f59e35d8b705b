import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/services.ts';
import { matrix, type Probe, tables } from './probes.ts';
import { specialProbes } from './special-probes.ts';
import { createWorld, settingsOf, type World } from './world.ts';

const database = await testDatabase();
const client = new pg.Client(database.adminUrl);
await client.connect();
const world: World = await createWorld(client);
const probes = [...matrix(world), ...specialProbes(world)];

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Refused by a policy or a missing right. */
const refused = '42501';
/** Past the policies, and only then in the way of another row. */
const inTheWay = new Set(['23505', '23503']);

/** Runs the probe as the program would, and undoes it. Inside a transaction of the superuser's, so that a policy can be missing meanwhile. */
async function isAllowed({ as, sql }: Probe): Promise<boolean> {
  const { user, run } = settingsOf(world, as);
  await client.query(
    `SAVEPOINT probe; SET LOCAL ROLE assay_app; SELECT set_config('app.user_id', '${user}', true), set_config('app.run_id', '${run}', true)`,
  );
  try {
    return ((await client.query(sql)).rowCount ?? 0) > 0;
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
    if (code === refused) return false;
    if (inTheWay.has(code)) return true;
    throw error;
  } finally {
    await client.query('ROLLBACK TO probe');
  }
}

/** Those that come out otherwise than they should. */
async function surprises(some: readonly Probe[]): Promise<string[]> {
  const found: string[] = [];
  for (const probe of some) if ((await isAllowed(probe)) !== probe.allowed) found.push(`${probe.table}: ${probe.name}`);
  return found;
}

async function undone<T>(change: string, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    await client.query(change);
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

interface Policy {
  readonly table: string;
  readonly name: string;
  readonly verb: string;
  readonly role: string;
  readonly hasUsing: boolean;
  readonly hasCheck: boolean;
}
const { rows: policies } = await client.query<Policy>(`
  SELECT tablename AS "table", policyname AS name, cmd AS verb, roles[1] AS role, qual IS NOT NULL AS "hasUsing", with_check IS NOT NULL AS "hasCheck"
  FROM pg_policies WHERE schemaname = 'public' ORDER BY 1, 2`);
const named = policies.map((policy) => [`${policy.table}.${policy.name}`, policy] as const);

/** A policy of the functions' owners carries every table; one of the program's carries its own. */
const concerned = ({ table, role }: Policy) => (role === 'assay_app' ? probes.filter((probe) => probe.table === table) : probes);

describe('every table, verb and actor', () => {
  test('has its rule: a new table needs a row in probes.ts', async () => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
    );
    expect(new Set(Object.keys(tables))).toEqual(new Set(rows.map(({ name }) => name)));
  });

  test('comes out as the rules say', async () => {
    await undone('SELECT 1', async () => expect(await surprises(probes)).toEqual([]));
    expect(probes.length).toBeGreaterThan(600);
  });
});

describe('each policy carries weight', () => {
  beforeAll(() => expect(policies.length).toBeGreaterThan(60));

  test.each(named)('%s dropped: somebody misses what is theirs', async (_name, policy) => {
    const { table, name } = policy;
    await undone(`DROP POLICY ${name} ON "${table}"`, async () => expect(await surprises(concerned(policy))).not.toEqual([]));
  });

  const readable = named.filter(([, { hasUsing, role }]) => hasUsing && role === 'assay_app');
  test.each(readable)('%s open to everybody: somebody gets what is not theirs', async (_name, policy) => {
    const { table, name, verb } = policy;
    // An UPDATE passes both halves of its policies, so that either one alone holds.
    const open = verb === 'UPDATE' ? 'USING (true) WITH CHECK (true)' : 'USING (true)';
    await undone(`ALTER POLICY ${name} ON "${table}" ${open}`, async () =>
      expect(await surprises(concerned(policy))).not.toEqual([]),
    );
  });

  const checked = named.filter(([, { hasCheck, verb }]) => hasCheck && verb !== 'UPDATE');
  test.each(checked)('%s without a check: somebody writes what is not theirs', async (_name, policy) => {
    const { table, name } = policy;
    await undone(`ALTER POLICY ${name} ON "${table}" WITH CHECK (true)`, async () =>
      expect(await surprises(concerned(policy))).not.toEqual([]),
    );
  });

  test.each(Object.keys(tables))('%s without row-level security: somebody sees what is not theirs', async (table) => {
    const some = probes.filter((probe) => probe.table === table);
    await undone(`ALTER TABLE "${table}" DISABLE ROW LEVEL SECURITY`, async () => expect(await surprises(some)).not.toEqual([]));
  });
});
