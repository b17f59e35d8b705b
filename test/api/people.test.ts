/** What people may do to a project, its members, and what a run found. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { objects } from '../../lib/runtime/resources.ts';
import { type Person, startApi } from './api.ts';
import { declaredRoutes } from './routes.ts';
import { rows } from './rows.ts';
import { type World, worldOf } from './world.ts';

const api = await startApi();
const audited = (userId: string) => api.store.sql('SELECT action FROM "AuditEvent" WHERE "userId" = $1', [userId]);

const mutations = (await declaredRoutes())
  .filter(({ key, route }) => route.method !== 'GET' && key !== 'POST /ws-tickets' && rows[key]?.ownerGets === undefined)
  .map(({ key }) => key);

test.each(mutations)('%s leaves one event in the audit trail', async (key) => {
  const owner = await api.person();
  const world = await worldOf(api.store, owner);
  const body = rows[key]?.body?.(world);
  const { status } = await owner.ask(key, { params: { ...world, owner: '' }, ...(body === undefined ? {} : { body }) });
  expect([status < 400, await audited(owner.principal.userId)]).toEqual([
    true,
    [{ action: expect.stringMatching(/^[a-z]+\.[a-z]+$/) }],
  ]);
});

test('what was refused leaves none', async () => {
  const person = await api.person();
  const body = { name: 'twice', url: 'https://a.example/' };
  await person.ask('POST /connections', { body });
  expect((await person.ask('POST /connections', { body })).status).toBe(409);
  expect(await audited(person.principal.userId)).toHaveLength(1);
});

describe('members', () => {
  const member = (projectId: string, person: Person) => ({ projectId, userId: person.principal.userId });
  async function projectOf(...others: ('owner' | 'editor' | 'auditor')[]) {
    const owner = await api.person();
    const projectId = await api.store.project({ [owner.principal.userId]: 'owner' });
    const people: Person[] = [];
    for (const role of others) {
      const person = await api.person();
      const added = await owner.ask('POST /projects/{projectId}/members', {
        params: { projectId },
        body: { userId: person.principal.userId, role },
      });
      expect(added.body).toMatchObject({ role, email: null });
      people.push(person);
    }
    return { owner, projectId, people };
  }
  const remove = (by: Person, projectId: string, who: Person) =>
    by.ask('DELETE /projects/{projectId}/members/{userId}', { params: member(projectId, who) });

  test.each(['editor', 'auditor'] as const)('an %s may leave, and then finds nothing', async (role) => {
    const { projectId, people } = await projectOf(role);
    const [person] = people;
    if (person === undefined) throw new Error('nobody was added');
    expect((await remove(person, projectId, person)).status).toBe(204);
    expect((await person.ask('GET /projects/{projectId}', { params: { projectId } })).status).toBe(404);
  });

  test('the last owner can neither leave nor step down', async () => {
    const { owner, projectId } = await projectOf('editor');
    const stepDown = await owner.ask('PATCH /projects/{projectId}/members/{userId}', {
      params: member(projectId, owner),
      body: { role: 'editor' },
    });
    const left = await remove(owner, projectId, owner);
    expect([stepDown.status, left.status]).toEqual([409, 409]);
    expect(left.body).toMatchObject({ error: { message: 'This is the last owner. Make somebody else an owner first.' } });
  });

  test('of two owners who leave at the same time one stays', async () => {
    const { owner, projectId, people } = await projectOf('owner');
    const [other] = people;
    if (other === undefined) throw new Error('nobody was added');
    const answers = await Promise.all([remove(owner, projectId, owner), remove(other, projectId, other)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 409]));
    const left = await api.store.sql(`SELECT role FROM "ProjectMember" WHERE "projectId" = $1`, [projectId]);
    expect(left).toEqual([{ role: 'owner' }]);
  });

  test('nobody is added twice, and nobody who is no member is changed or removed', async () => {
    const { owner, projectId, people } = await projectOf('editor');
    const [person] = people;
    if (person === undefined) throw new Error('nobody was added');
    const params = { projectId, userId: randomUUID() };
    const answers = [
      await owner.ask('POST /projects/{projectId}/members', {
        params: { projectId },
        body: { userId: person.principal.userId, role: 'owner' },
      }),
      await owner.ask('PATCH /projects/{projectId}/members/{userId}', { params, body: { role: 'editor' } }),
      await owner.ask('DELETE /projects/{projectId}/members/{userId}', { params }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([409, 404, 404]);
  });

  test('are at most 200', async () => {
    const { owner, projectId } = await projectOf();
    await api.store.sql(
      `INSERT INTO "ProjectMember" ("projectId", "userId", role) SELECT $1, gen_random_uuid(), 'auditor' FROM generate_series(1, 199)`,
      [projectId],
    );
    const added = await owner.ask('POST /projects/{projectId}/members', {
      params: { projectId },
      body: { userId: randomUUID(), role: 'auditor' },
    });
    expect([added.status, added.text]).toEqual([409, expect.stringContaining('at most 200 members')]);
    expect((await owner.ask('GET /projects/{projectId}/members', { params: { projectId } })).body['items']).toHaveLength(200);
  });
});

test('a deleted project takes its runs and its files with it, and its audit trail stays', async () => {
  const world = await worldOf(api.store, await api.person());
  const other = await worldOf(api.store, await api.person());
  const storage = await objects();
  const fileOf = ({ projectId, runId }: World) => `projects/${projectId}/runs/${runId}/x/report.json`;
  for (const one of [world, other]) await storage.put(fileOf(one), '{}', 'application/json');
  const { owner, projectId, runId } = world;
  expect((await owner.ask('DELETE /projects/{projectId}', { params: { projectId } })).status).toBe(204);
  expect((await owner.ask('GET /runs/{runId}', { params: { runId } })).status).toBe(404);
  const found = await Promise.all(
    [world, other].map(async (one) => (await fetch(await storage.presign(fileOf(one), 60))).status),
  );
  expect(found).toEqual([404, 200]);
  expect(await audited(owner.principal.userId)).toEqual([{ action: 'project.delete' }]);
});

describe('a finding', () => {
  const shown = async ({ owner, runId }: World) => {
    const { body } = await owner.ask('GET /runs/{runId}/findings', { params: { runId } });
    return Array.isArray(body['items']) ? body['items'][0] : undefined;
  };
  const say = ({ owner, findingId }: World, body: object) =>
    owner.ask('PATCH /findings/{findingId}', { params: { findingId }, body });

  test('is open until somebody says otherwise; the latest word counts', async () => {
    const world = await worldOf(api.store, await api.person());
    expect(await shown(world)).toMatchObject({ id: world.findingId, status: 'open', statusReason: null });
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const answer = await say(world, { status: 'accepted', reason: 'until it is replaced', expiresAt });
    const accepted = { id: world.findingId, status: 'accepted', statusReason: 'until it is replaced', expiresAt };
    expect([answer.status, answer.body]).toEqual([200, accepted]);
    expect(await shown(world)).toMatchObject(accepted);
    await say(world, { status: 'resolved' });
    expect(await shown(world)).toMatchObject({ status: 'resolved', statusReason: null, expiresAt: null });
  });

  test('whose exception has expired is open again', async () => {
    const world = await worldOf(api.store, await api.person());
    await api.store.sql(
      `INSERT INTO "FindingOverlay" (id, "projectId", "findingId", status, reason, "expiresAt", "createdBy") VALUES ($1, $2, $3, 'accepted', 'r', now() - interval '1 s', $4)`,
      [randomUUID(), world.projectId, world.findingId, world.owner.principal.userId],
    );
    expect(await shown(world)).toMatchObject({ status: 'open', statusReason: 'r', expiresAt: expect.any(String) });
  });

  test.each([
    [{ status: 'accepted' }, 'body.reason: an exception needs a reason'],
    [{ status: 'accepted', reason: ' ' }, 'body.reason'],
    [{ status: 'accepted', reason: 'a\0b' }, 'body.reason: holds a NUL character'],
    [{ status: 'accepted', reason: 'r', expiresAt: '2020-01-01T00:00:00Z' }, 'body.expiresAt: must lie in the future'],
    [{ status: 'resolved', expiresAt: '2999-01-01T00:00:00Z' }, 'body.expiresAt: only an exception expires'],
    [{ status: 'gone' }, 'body.status'],
  ])('is not changed by %j', async (body, expected) => {
    const world = await worldOf(api.store, await api.person());
    const answer = await say(world, body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(expected)]);
    expect(await shown(world)).toMatchObject({ status: 'open' });
  });
});

describe('a proposal', () => {
  const decide = ({ owner, runId }: World, controlId: string, body: object = { decision: 'accept', reason: 'seen it' }) =>
    owner.ask('POST /runs/{runId}/controls/{controlId}/decision', { params: { runId, controlId }, body });

  test('is decided again and again, and every decision is kept', async () => {
    const world = await worldOf(api.store, await api.person());
    await decide(world, world.controlId);
    const { status } = await decide(world, world.controlId, { decision: 'reject', reason: 'looked twice' });
    const kept = await api.store.sql(
      'SELECT decision, reason, "createdBy" FROM "ControlDecision" WHERE "runId" = $1 ORDER BY "createdAt"',
      [world.runId],
    );
    const createdBy = world.owner.principal.userId;
    expect([status, kept]).toEqual([
      204,
      [
        { decision: 'accept', reason: 'seen it', createdBy },
        { decision: 'reject', reason: 'looked twice', createdBy },
      ],
    ]);
  });

  test('that was not made cannot be decided', async () => {
    const world = await worldOf(api.store, await api.person());
    await api.store.sql('UPDATE "ControlResult" SET proposal = NULL WHERE "runId" = $1', [world.runId]);
    expect((await decide(world, world.controlId)).body).toMatchObject({
      error: { code: 'CONFLICT', message: 'Nothing was proposed for this control.' },
    });
    expect((await decide(world, 'XX-99')).status).toBe(404);
  });
});

describe('a report', () => {
  test('is promised while the run goes on, then found by a link that needs no token', async () => {
    const { owner, projectId, runId } = await worldOf(api.store, await api.person());
    const ask = (key: string, query = '') => owner.ask(key, { params: { runId }, query });
    const pending = await ask('GET /runs/{runId}/report');
    expect([pending.status, pending.body]).toEqual([202, { status: 'pending', message: expect.any(String) }]);

    const prefix = `projects/${projectId}/runs/${runId}/x/`;
    const files = { 'report.json': '{"a":1}', 'report.md': '# a', 'report.html': '<p>a</p>', 'bundle.zip': 'PK' };
    for (const [name, text] of Object.entries(files)) await (await objects()).put(prefix + name, text, 'text/plain');
    await api.store.sql(
      `INSERT INTO "Report" ("runId", "projectId", root, "objectKey", content) VALUES ($1, $2, 'r', $3, '{}')`,
      [runId, projectId, prefix],
    );
    const links = [
      await ask('GET /runs/{runId}/report'),
      await ask('GET /runs/{runId}/report', 'format=md'),
      await ask('GET /runs/{runId}/report', 'format=html'),
      await ask('GET /runs/{runId}/bundle'),
    ];
    expect(links.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    const texts = await Promise.all(links.map(async ({ headers }) => (await fetch(String(headers['location']))).text()));
    expect(texts).toEqual(Object.values(files));
  });
});

test('frameworks are listed with the default first, and shown with what each control asks', async () => {
  const person = await api.person();
  const { body } = await person.ask('GET /frameworks');
  expect(body['items']).toMatchObject([
    { id: 'nist-csf-2.0', controls: 106 },
    { id: 'nist-ssdf-1.1', controls: expect.any(Number) },
  ]);
  const one = await person.ask('GET /frameworks/{frameworkId}', { params: { frameworkId: 'nist-csf-2.0' } });
  expect(one.text.match(/"asks":/g)).toHaveLength(106);
  expect((await person.ask('GET /frameworks/{frameworkId}', { params: { frameworkId: 'iso' } })).status).toBe(404);
});
