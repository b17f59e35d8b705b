import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { catalogueProblems } from '../../prisma/catalogue-rules.ts';
import { testDatabase } from '../support/services.ts';

const database = await testDatabase();
const client = new pg.Client(database.adminUrl);
await client.connect();
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the catalogue', () => {
  test('has nothing that would let a row past its policies', async () => {
    expect(await catalogueProblems(client)).toEqual([]);
  });

  const planted: readonly (readonly [string, string])[] = [
    ['CREATE TABLE "New" (id uuid)', 'table New is not under forced row-level security'],
    ['ALTER TABLE "Run" NO FORCE ROW LEVEL SECURITY', 'table Run is not under forced row-level security'],
    ['CREATE VIEW "Leak" AS SELECT * FROM "Run"', 'view Leak reads as its owner'],
    ['ALTER ROLE assay_app BYPASSRLS', 'role assay_app has rights of its own'],
    ['ALTER ROLE assay_guard LOGIN', 'role assay_guard can log in'],
    ['GRANT assay_guard TO assay_app', 'assay_app is a member of assay_guard'],
    ['GRANT assay_guard TO assay_owner WITH INHERIT TRUE', 'assay_owner inherits assay_guard'],
    ['ALTER TABLE "Gap" OWNER TO assay_app', 'assay_app owns "Gap"'],
    ['GRANT SELECT ON "Blob" TO PUBLIC', 'everybody may SELECT Blob'],
    ['CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1', 'everybody may call f'],
    ['ALTER FUNCTION founded(uuid) OWNER TO assay_owner', 'function founded acts for assay_owner'],
    [
      `CREATE OR REPLACE FUNCTION run_owner(run uuid) RETURNS uuid LANGUAGE sql SECURITY DEFINER AS 'SELECT run'`,
      'function run_owner acts for another, and looks names up when it is called',
    ],
    ['CREATE POLICY p ON "Run" FOR SELECT USING (app_user() IS NULL)', 'policy p on Run is for everybody'],
    ['CREATE POLICY p ON "Run" TO assay_app USING (app_user() IS NULL)', 'policy p on Run does not check what is written'],
    ['CREATE POLICY p ON "Run" FOR SELECT TO assay_app USING (true)', 'policy p on Run lets {assay_app} through'],
    ['GRANT SELECT ON _prisma_migrations TO assay_app', 'assay_app may SELECT the bookkeeping'],
    ['GRANT UPDATE ("projectId") ON "Run" TO assay_app', 'assay_app may move Run.projectId to another owner'],
    ['GRANT TRUNCATE ON "AuditEvent" TO assay_app', 'assay_app may TRUNCATE AuditEvent'],
  ];
  test.each(planted)('names what is planted: %s', async (change, named) => {
    await client.query('BEGIN');
    try {
      await client.query(change);
      expect(await catalogueProblems(client)).toContain(named);
    } finally {
      await client.query('ROLLBACK');
    }
  });
});
