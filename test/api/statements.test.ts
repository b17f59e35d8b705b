/** A list costs the same number of statements whatever it holds: nothing is asked row by row. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { memory } from '../../lib/runtime/resources.ts';
import { type Person, startApi } from './api.ts';
import { declaredRoutes } from './routes.ts';
import { collect } from './world.ts';

const api = await startApi();
const { store } = api;
const declared = await declaredRoutes();

/** Routes whose answer is a list: what is counted follows from the schemas. */
const lists = declared
  .filter(({ route }) => route.method === 'GET' && route.response instanceof z.ZodObject)
  .filter(({ route }) => {
    const properties = Object.keys(route.response instanceof z.ZodObject ? route.response.shape : {});
    return properties.includes('items') || properties.includes('events');
  })
  .map(({ key }) => key);

interface Filled {
  readonly person: Person;
  readonly params: Readonly<Record<string, string>>;
}

async function fill(rows: number): Promise<Filled> {
  const person = await api.person();
  const { userId } = person.principal;
  const { projectId, runId } = await store.projectWithRun(person.principal);
  const more = rows - 1;
  await collect(store, runId, rows);
  await store.sql(
    `INSERT INTO "Run" (id, "projectId", "startedBy", "frameworkId", mode, "connectionIds", outcome)
     SELECT gen_random_uuid(), $1, $2, 'nist-csf-2.0', 'checks', '{}', 'failed' FROM generate_series(1, $3)`,
    [projectId, userId, more],
  );
  await store.sql(
    `INSERT INTO "ProjectMember" ("projectId", "userId", role) SELECT $1, gen_random_uuid(), 'auditor' FROM generate_series(1, $2)`,
    [projectId, more],
  );
  await store.sql(
    `INSERT INTO "AuditEvent" (id, "projectId", "userId", action) SELECT gen_random_uuid(), $1, $2, 'test.row' FROM generate_series(1, $3)`,
    [projectId, userId, rows],
  );
  for (let row = 0; row < more; row += 1) {
    await store.project({ [userId]: 'owner' });
    await store.connection(person.principal, `more ${randomUUID()}`);
  }
  const facts = Array.from(
    { length: rows },
    (_, at) => ({ kind: 'tool-failed', source: 's', tool: `tool ${at}`, times: 1 }) as const,
  );
  const entries = facts.map((fact) => ({ runId, step: 'extract', fact }));
  await (await memory()).remember(projectId, 'extraction', entries);
  return { person, params: { projectId, runId } };
}

let one: Filled;
let twenty: Filled;
beforeAll(async () => {
  [one, twenty] = await Promise.all([fill(1), fill(20)]);
  // Opens what a first request opens.
  await one.person.ask('GET /projects');
});

async function measured(key: string, { person, params }: Filled): Promise<{ statements: number; rows: number }> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const { status, body } = await person.ask(key, { params });
  const statements = query.mock.calls.length;
  query.mockRestore();
  expect(status).toBe(200);
  const items = body['items'] ?? body['events'];
  return { statements, rows: Array.isArray(items) ? items.length : -1 };
}

test('there are lists to measure', () => {
  expect(lists).toEqual(expect.arrayContaining(['GET /projects', 'GET /runs/{runId}/events', 'GET /connections']));
});

/** The same for everybody, and not in the database. */
const constant = ['GET /frameworks', 'GET /server-catalogue'];
/** What somebody's server lists. */
const foreign = ['GET /connections/{connectionId}/tools'];

test.each(lists.filter((key) => ![...constant, ...foreign].includes(key)))('%s', async (key) => {
  const few = await measured(key, one);
  const many = await measured(key, twenty);
  expect({ few: few.rows, many: many.rows }).toEqual({ few: 1, many: 20 });
  expect(many.statements).toBe(few.statements);
  // BEGIN, settings, the transaction's id and COMMIT are the door's own; a list needs a handful besides.
  expect(many.statements).toBeLessThan(16);
});

test.each(constant)('%s asks the database nothing', async (key) => {
  expect(await measured(key, one)).toMatchObject({ statements: 0 });
});

test.each([
  'GET /projects',
  'GET /connections',
  'GET /projects/{projectId}/runs',
  'GET /projects/{projectId}/audit',
  'GET /runs/{runId}/tool-calls',
])('%s pages through everything once, in order, and refuses a cursor of its own making', async (key) => {
  const { person, params } = twenty;
  const whole = await person.ask(key, { params, query: 'limit=200' });
  const seen: unknown[] = [];
  for (let cursor: unknown = ''; cursor !== null; ) {
    const query = cursor === '' ? 'limit=7' : `limit=7&cursor=${encodeURIComponent(String(cursor))}`;
    const { body } = await person.ask(key, { params, query });
    seen.push(...z.array(z.unknown()).parse(body['items']));
    cursor = body['nextCursor'];
  }
  expect(seen).toEqual(whole.body['items']);
  const made = ['[1]', `[9e15,"${randomUUID()}"]`, `[8e15,"${randomUUID()}"]`, `[-9e15,"${randomUUID()}"]`, '[1,"x"]', '{}'].map(
    (text) => Buffer.from(text).toString('base64url'),
  );
  const statuses = await Promise.all(
    ['x', '-1', ...made].map(async (cursor) => (await person.ask(key, { params, query: `cursor=${cursor}` })).status),
  );
  expect(new Set(statuses)).toEqual(new Set([400]));
});
