/** Every route x every id that it takes x somebody else. Generated: the routes are those that the functions declare. */
import { beforeAll, describe, expect, test } from 'vitest';
import { httpRoutes } from '../../infra/routes.ts';
import type { Role } from '../../lib/contract/vocabulary.ts';
import { type Person, startApi } from './api.ts';
import { declaredRoutes } from './routes.ts';
import { type Row, rows } from './rows.ts';
import { rowsOf, type World, worldOf } from './world.ts';

const api = await startApi();
const declared = await declaredRoutes();
const keys = declared.map(({ key }) => key);

/** Names of the ids in a path that belong to somebody. */
const idsOf = (key: string): (keyof World)[] =>
  [...key.matchAll(/\{(\w+)\}/g)]
    .map(([, name]) => name as keyof World)
    .filter((name) => !(rows[key]?.publicIds ?? []).includes(name));

const paramsOf = (world: World, names: readonly (keyof World)[], foreign: World = world, which: readonly string[] = []) =>
  Object.fromEntries(names.map((name) => [name, String((which.includes(name) ? foreign : world)[name])]));

function asked(row: Row, key: string, own: World, foreign: World = own, which: readonly string[] = []) {
  const params = { frameworkId: own.frameworkId, ...paramsOf(own, idsOf(key), foreign, which) };
  const bodyWorld = (row.bodyIds ?? []).some((name) => which.includes(name)) ? foreign : own;
  return { params, ...(row.body === undefined ? {} : { body: row.body(bodyWorld) }) };
}
const rowOf = (key: string): Row => rows[key] ?? {};

test('every route that a function declares is deployed to it, and has a row here', () => {
  expect(new Set(declared.map(({ key, function: name }) => `${key} ${name}`))).toEqual(
    new Set(httpRoutes.map(({ method, path, function: name }) => `${method} ${path} ${name}`)),
  );
  expect(new Set(Object.keys(rows))).toEqual(new Set(keys));
  expect(new Set(keys).size).toBe(keys.length);
});

describe('the owner, to whom the same requests are no secret', () => {
  test.each(keys)('%s succeeds', async (key) => {
    const owner = await api.person();
    const world = await worldOf(api.store, owner);
    const { status, text } = await owner.ask(key, asked(rowOf(key), key, world));
    const { ownerGets } = rowOf(key);
    expect([ownerGets === undefined ? status < 400 : status === ownerGets, text]).toEqual([true, text]);
  });
});

const withIds = keys.filter((key) => idsOf(key).length > 0);
/** Each id alone in another's place, and all of them at once. */
const swaps = withIds.flatMap((key) => {
  const fields = [...idsOf(key), ...(rowOf(key).bodyIds ?? [])];
  const single = fields.map((field) => [key, [field]] as const);
  return fields.length > 1 ? [...single, [key, fields] as const] : single;
});

describe('somebody else', () => {
  let ann: World;
  let bob: World;
  beforeAll(async () => {
    ann = await worldOf(api.store, await api.person());
    // Another control id, because those of a framework are no secret and both runs would have it.
    bob = await worldOf(api.store, await api.person(), 'PR.DS-01');
  });

  test.each(swaps)('%s with a foreign %j finds nothing and changes nothing', async (key, fields) => {
    const before = await rowsOf(api.store, ann);
    const { status, body } = await bob.owner.ask(key, asked(rowOf(key), key, bob, ann, fields));
    expect({ status, body }).toEqual({ status: 404, body: { error: expect.objectContaining({ code: 'NOT_FOUND' }) } });
    expect(await rowsOf(api.store, ann)).toBe(before);
  });

  test.each(withIds)('%s says the same of what is foreign and of what does not exist', async (key) => {
    const foreign = await bob.owner.ask(key, asked(rowOf(key), key, bob, ann, idsOf(key)));
    const body = rowOf(key).body?.(bob);
    const missing = await bob.owner.ask(key, body === undefined ? {} : { body });
    const said = ({ status, body: { error } }: typeof foreign) => ({ status, error: { ...Object(error), requestId: '' } });
    expect(said(foreign)).toEqual(said(missing));
  });

  test.each(withIds.filter((key) => !/\{controlId\}/.test(key)))('%s refuses what is no id', async (key) => {
    const params = Object.fromEntries(idsOf(key).map((name) => [name, `${ann.projectId}' OR 'a'='a`]));
    const body = rowOf(key).body?.(bob);
    const { status } = await bob.owner.ask(key, { params, ...(body === undefined ? {} : { body }) });
    expect(status).toBe(400);
  });

  test('their lists hold nothing of hers', async () => {
    const lists = await Promise.all(['GET /projects', 'GET /connections'].map((key) => bob.owner.ask(key)));
    const text = lists.map((list) => list.text).join();
    expect(text).toContain(bob.projectId);
    expect([ann.projectId, ann.connectionId].filter((id) => text.includes(id))).toEqual([]);
  });
});

describe('a role', () => {
  let world: World;
  const people = new Map<Role, { person: Person; connectionId: string }>();
  beforeAll(async () => {
    world = await worldOf(api.store, await api.person());
    for (const role of ['editor', 'auditor'] as const) {
      const person = await api.person();
      const { userId } = person.principal;
      const insert = `INSERT INTO "ProjectMember" ("projectId", "userId", role) VALUES ($1, $2, $3)`;
      await api.store.sql(insert, [world.projectId, userId, role]);
      people.set(role, { person, connectionId: await api.store.connection(person.principal) });
    }
  });
  const as = (role: Role) => {
    const found = people.get(role);
    if (found === undefined) throw new Error(`nobody is ${role}`);
    return { ...found, own: { ...world, connectionId: found.connectionId } };
  };
  const mutations = keys.filter((key) => rowOf(key).mutates);
  const forOwners = [
    'DELETE /projects/{projectId}',
    'POST /projects/{projectId}/members',
    'PATCH /projects/{projectId}/members/{userId}',
    'DELETE /projects/{projectId}/members/{userId}',
    // The owner started it, and so is the only one who may.
    'POST /approvals/{approvalId}',
  ];

  test('every route that takes something of a project, and is no GET, counts as a mutation', () => {
    const changing = withIds.filter((key) => !key.startsWith('GET ') && !key.includes('{connectionId}'));
    expect(new Set(mutations)).toEqual(new Set(changing));
  });

  test.each(mutations)('of an auditor does not suffice for %s', async (key) => {
    const { person, own } = as('auditor');
    const before = await rowsOf(api.store, world);
    const { status, body } = await person.ask(key, asked(rowOf(key), key, own));
    expect({ status, body }).toEqual({ status: 403, body: { error: expect.objectContaining({ code: 'FORBIDDEN' }) } });
    expect(await rowsOf(api.store, world)).toBe(before);
  });

  test.each(forOwners)('of an editor does not suffice for %s', async (key) => {
    const { person, own } = as('editor');
    const before = await rowsOf(api.store, world);
    expect((await person.ask(key, asked(rowOf(key), key, own))).status).toBe(403);
    expect(await rowsOf(api.store, world)).toBe(before);
  });

  test.each(withIds.filter((key) => key.startsWith('GET ') && !key.includes('{connectionId}')))(
    'of an auditor suffices for %s',
    async (key) => {
      const { person, own } = as('auditor');
      expect((await person.ask(key, asked(rowOf(key), key, own))).status).toBeLessThan(400);
    },
  );

  test.each(mutations.filter((key) => !forOwners.includes(key)))('of an editor suffices for %s', async (key) => {
    const { person, own } = as('editor');
    expect((await person.ask(key, asked(rowOf(key), key, own))).status).toBeLessThan(400);
  });
});
