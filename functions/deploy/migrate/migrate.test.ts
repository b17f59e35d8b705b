import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useEnvironment } from '../../../lib/runtime/config.ts';
import { withClient } from '../../../local/services/postgres-roles.ts';
import { lambdaContext } from '../../../local/workflow/lambda-context.ts';
import { readMigrations } from '../../../prisma/migrate.ts';
import { type TestDatabase, testDatabase } from '../../../test/support/services.ts';
import { handler } from './handler.ts';

/** CloudFormation's end: a signed address that takes one PUT. */
const told: { readonly method: string | undefined; readonly type: string | undefined; readonly body: unknown }[] = [];
let status = 200;
const cloudFormation = createServer((received: IncomingMessage, response) => {
  void text(received).then((body) => {
    told.push({ method: received.method, type: received.headers['content-type'], body: JSON.parse(body) });
    response.writeHead(status).end();
  });
});
let database: TestDatabase;

beforeAll(() => new Promise<void>((ready) => cloudFormation.listen(0, '127.0.0.1', ready)));
afterAll(() => new Promise((closed) => cloudFormation.close(closed)));
beforeEach(async () => {
  told.length = 0;
  status = 200;
  database = await testDatabase({ empty: true });
  useEnvironment({ DATABASE_URL: database.ownerUrl, LOG_LEVEL: 'silent' });
  return database.drop;
});

const ask = (type: 'Create' | 'Update' | 'Delete') =>
  handler(
    {
      RequestType: type,
      ResponseURL: `http://127.0.0.1:${(cloudFormation.address() as AddressInfo).port}/answer?signature=1`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Schema',
      ResourceProperties: { Migrations: 'abc' },
    },
    lambdaContext({ requestId: 'r', functionName: 'f', memoryMb: 512, deadline: Date.now() + 60_000 }),
  );
const ids = { StackId: 'stack', RequestId: 'request', LogicalResourceId: 'Schema', PhysicalResourceId: 'schema' };
const rows = async (sql: string) => (await withClient(database.adminUrl, (client) => client.query(sql))).rows;
const applied = () => rows(`SELECT migration_name FROM _prisma_migrations`);

test('an empty database gets every migration, and the program may sign in with a token where the server knows tokens', async () => {
  // As on RDS, where the role is there from the beginning and the owner may grant it.
  await withClient(database.ownerUrl, (client) =>
    client.query(
      `DO $$ BEGIN CREATE ROLE rds_iam NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
    ),
  );
  await ask('Create');
  await ask('Update');
  expect(told).toEqual(['', ''].map(() => ({ method: 'PUT', type: '', body: { Status: 'SUCCESS', ...ids } })));
  expect(await applied()).toHaveLength((await readMigrations()).length);
  expect(await rows(`SELECT pg_has_role('assay_app', 'rds_iam', 'MEMBER') AS may`)).toEqual([{ may: true }]);
});

test('a migration that was changed stops the deployment, and says which', async () => {
  await ask('Create');
  await rows(`UPDATE _prisma_migrations SET checksum = 'other'`);
  await ask('Update');
  expect(told[1]?.body).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^MigrationRefused: migration \d+_\w+ was changed/),
  });
});

test('a database that cannot be reached stops the deployment too, with a code and no address', async () => {
  useEnvironment({ DATABASE_URL: 'postgresql://assay_owner:secret@127.0.0.1:1/assay', LOG_LEVEL: 'silent' });
  await ask('Update');
  expect(told[0]?.body).toEqual({ Status: 'FAILED', Reason: 'Error ECONNREFUSED', ...ids });
});

test('a release that is rolled back finds a database ahead of it, and goes on', async () => {
  await ask('Create');
  await rows(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('x', 'x', '99999999000000_later', now())`,
  );
  await ask('Update');
  expect(told[1]?.body).toMatchObject({ Status: 'SUCCESS' });
});

test('deleting the resource leaves the tables', async () => {
  await ask('Create');
  await ask('Delete');
  expect(told[1]?.body).toMatchObject({ Status: 'SUCCESS' });
  expect((await applied()).length).toBeGreaterThan(5);
});

test('an answer that does not arrive fails the function, so that it is called again', async () => {
  status = 503;
  await expect(ask('Create')).rejects.toMatchObject({ name: 'NotTold' });
});
