import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { withClient } from '../local/services/postgres-roles.ts';
import { testDatabase } from '../test/support/services.ts';
import { MigrationRefused, migrate, readMigrations } from './migrate.ts';

const made: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(made.map((undo) => undo()));
});

async function emptyDatabase(): Promise<string> {
  const database = await testDatabase({ empty: true });
  made.push(database.drop);
  return database.ownerUrl;
}

async function folderOf(migrations: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-migrations-'));
  made.push(() => rm(folder, { recursive: true }));
  for (const [name, sql] of Object.entries(migrations)) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'migration.sql'), sql);
  }
  return folder;
}

const rows = async (url: string, sql: string) => (await withClient(url, (client) => client.query(sql))).rows;
const one = { '1_one': 'CREATE TABLE one (n int); INSERT INTO one VALUES (1)' };
const two = { ...one, '2_two': 'CREATE TABLE two (n int)' };

describe('migrations', () => {
  test('run in order, once each, whoever else migrates at the same moment', async () => {
    const url = await emptyDatabase();
    const told = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const names = (await readMigrations()).map(({ name }) => name);
    expect(told.filter((applied) => applied.length > 0)).toEqual([names]);
    expect(await migrate(url)).toEqual([]);
    const noted = await rows(
      url,
      'SELECT migration_name AS name, length(checksum) AS hex, applied_steps_count AS steps FROM _prisma_migrations ORDER BY 1',
    );
    expect(noted).toEqual(names.map((name) => ({ name, hex: 64, steps: 1 })));
  });

  test('that came later are added to what is there', async () => {
    const url = await emptyDatabase();
    expect(await migrate(url, { from: await folderOf(one) })).toEqual(['1_one']);
    expect(await migrate(url, { from: await folderOf(two) })).toEqual(['2_two']);
    expect(await rows(url, 'SELECT n FROM one')).toEqual([{ n: 1 }]);
  });

  test('that fail leave nothing, and run once they are mended', async () => {
    const url = await emptyDatabase();
    const from = await folderOf({ ...one, '2_bad': 'CREATE TABLE half (n int); SELECT 1 / 0' });
    await expect(migrate(url, { from })).rejects.toMatchObject({ code: '22012' });
    expect(await rows(url, `SELECT to_regclass('one')::text AS one, to_regclass('half')::text AS half`)).toEqual([
      { one: 'one', half: null },
    ]);
    expect(await migrate(url, { from: await folderOf({ ...one, '2_bad': 'CREATE TABLE half (n int)' }) })).toEqual(['2_bad']);
  });

  test.each([
    ['changed after they were applied', { ...two, '1_one': `${one['1_one']} -- changed` }, 'changed after it was applied'],
    ['applied by a newer version', { '2_two': two['2_two'] }, 'does not know'],
  ])('%s are refused, and nothing runs', async (_what, migrations, message) => {
    const url = await emptyDatabase();
    await migrate(url, { from: await folderOf(one) });
    const refused = migrate(url, { from: await folderOf(migrations) });
    await expect(refused).rejects.toThrow(MigrationRefused);
    await expect(refused).rejects.toThrow(message);
    expect(await rows(url, `SELECT to_regclass('two')::text AS two`)).toEqual([{ two: null }]);
  });

  test('applied by a newer version are left alone where a release is rolled back, as long as nothing of its own is missing', async () => {
    const url = await emptyDatabase();
    await migrate(url, { from: await folderOf({ ...two, '3_three': 'CREATE TABLE three (n int)' }) });
    expect(await migrate(url, { from: await folderOf(two), ahead: 'accept' })).toEqual([]);
    const branched = await folderOf({ ...one, '4_four': 'CREATE TABLE four (n int)' });
    await expect(migrate(url, { from: branched, ahead: 'accept' })).rejects.toThrow('migration 2_two, which this version');
  });

  test('begun by Prisma and never finished are refused', async () => {
    const url = await emptyDatabase();
    await migrate(url, { from: await folderOf(one) });
    await rows(url, `UPDATE _prisma_migrations SET finished_at = NULL`);
    await expect(migrate(url, { from: await folderOf(one) })).rejects.toThrow('never finished');
  });

  test('stop when the caller does', async () => {
    const url = await emptyDatabase();
    const from = await folderOf({ '1_slow': 'CREATE TABLE slow (n int); SELECT pg_sleep(20)' });
    const reason = new Error('the caller left');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 300);
    const started = performance.now();
    await expect(migrate(url, { from, signal: stop.signal })).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
