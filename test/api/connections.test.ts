/** Credentials go in and never come out; an address is refused before anything is asked of the network. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openCredentials } from '../../lib/mcp/credentials.ts';
import { keys } from '../../lib/runtime/resources.ts';
import { connectionsOfRun } from '../../lib/store/plan.ts';
import { type Answer, type Person, startApi } from './api.ts';
import { declaredRoutes } from './routes.ts';
import { worldOf } from './world.ts';

const api = await startApi();
const canary = () => `canary-${randomUUID()}`;
const url = 'https://mcp.example.com/one';

async function made(person: Person, body: object): Promise<string> {
  const answer = await person.ask('POST /connections', { body: { name: `c ${randomUUID()}`, url, ...body } });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return String(answer.body['id']);
}
const change = (person: Person, connectionId: string, body: object): Promise<Answer> =>
  person.ask('PATCH /connections/{connectionId}', { params: { connectionId }, body });

/** As a run's task reads them. */
async function opened({ principal }: Person, connectionId: string) {
  const [held] = await api.store.store.forUser(principal, (tx) => connectionsOfRun(tx, [connectionId]));
  if (held === undefined) throw new Error('there is no such connection');
  return { version: held.version, headers: await openCredentials(await keys(), held), sealed: held.sealed };
}

describe('credentials', () => {
  test('come back from no route, and are in no log and no row as they were given', async () => {
    const person = await api.person();
    const world = await worldOf(api.store, person);
    const secrets = [canary(), canary(), canary()];
    const [bearer = '', header = '', later = ''] = secrets;
    const connectionId = await made(person, { auth: { kind: 'bearer', token: bearer } });
    await made(person, { auth: { kind: 'headers', headers: { 'X-Api-Key': header } } });
    await change(person, connectionId, { auth: { kind: 'bearer', token: later } });
    // Refused with the credential still in the body: nothing of it is repeated.
    const refused = await person.ask('POST /connections', {
      body: { name: '', url: 1, auth: { kind: 'bearer', token: `${bearer} x` } },
    });
    expect(refused.status).toBe(400);

    const routes = (await declaredRoutes()).filter(({ route }) => route.method === 'GET').map(({ key }) => key);
    const params = { ...world, owner: '', connectionId };
    const answers = [refused, ...(await Promise.all(routes.map((key) => person.ask(key, { params }))))];
    expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(10);
    const tables = ['Connection', 'AuditEvent', 'IdempotencyKey', 'Run'];
    const rows = await Promise.all(tables.map((table) => api.store.sql(`SELECT t::text AS row FROM "${table}" t`)));
    const sinks = [
      ...answers.map(({ text, headers }) => text + JSON.stringify(headers)),
      JSON.stringify(rows),
      await readFile(api.logFile, 'utf8'),
    ];
    expect(secrets.filter((secret) => sinks.some((sink) => sink.includes(secret)))).toEqual([]);
    const hex = secrets.map((secret) => Buffer.from(secret).toString('hex'));
    expect(hex.filter((secret) => sinks.some((sink) => sink.includes(secret)))).toEqual([]);
  });

  test('are sealed as headers for their connection and version', async () => {
    const person = await api.person();
    const token = canary();
    const connectionId = await made(person, { auth: { kind: 'bearer', token } });
    expect(await opened(person, connectionId)).toMatchObject({ version: 1, headers: { authorization: `Bearer ${token}` } });
    await change(person, connectionId, { auth: { kind: 'headers', headers: { 'X-Api-Key': 'k' } } });
    expect(await opened(person, connectionId)).toMatchObject({ version: 2, headers: { 'X-Api-Key': 'k' } });
    await change(person, connectionId, { auth: { kind: 'none' } });
    expect(await opened(person, connectionId)).toMatchObject({ version: 3, headers: {}, sealed: null });
  });

  test('stay with another path of their server, under a new version; a rename leaves both alone', async () => {
    const person = await api.person();
    const token = canary();
    const connectionId = await made(person, { auth: { kind: 'bearer', token } });
    const before = await opened(person, connectionId);
    expect((await change(person, connectionId, { name: 'renamed' })).body).toMatchObject({ name: 'renamed', url });
    expect(await opened(person, connectionId)).toEqual(before);
    expect((await change(person, connectionId, { url: 'https://mcp.example.com/two' })).status).toBe(200);
    expect(await opened(person, connectionId)).toMatchObject({ version: 2, headers: { authorization: `Bearer ${token}` } });
  });

  test.each(['https://other.example.com/one', 'https://mcp.example.com:8443/one', 'http://127.0.0.1:7001/'])(
    'do not go to another server (%s) that they were not given for',
    async (elsewhere) => {
      const person = await api.person();
      const connectionId = await made(person, { auth: { kind: 'bearer', token: canary() } });
      const before = await opened(person, connectionId);
      const refused = await change(person, connectionId, { url: elsewhere });
      expect([refused.status, refused.text]).toEqual([
        400,
        expect.stringContaining('body.auth: the address is of another server'),
      ]);
      expect(await opened(person, connectionId)).toEqual(before);
      const token = canary();
      expect((await change(person, connectionId, { url: elsewhere, auth: { kind: 'bearer', token } })).body).toMatchObject({
        url: elsewhere,
      });
      expect(await opened(person, connectionId)).toMatchObject({ version: 2, headers: { authorization: `Bearer ${token}` } });
    },
  );

  test('of one connection put in the row of another do not open', async () => {
    const person = await api.person();
    const [from, to] = [
      await made(person, { auth: { kind: 'bearer', token: canary() } }),
      await made(person, { auth: { kind: 'bearer', token: canary() } }),
    ];
    await api.store.sql('UPDATE "Connection" SET sealed = (SELECT sealed FROM "Connection" WHERE id = $1) WHERE id = $2', [
      from,
      to,
    ]);
    await expect(opened(person, to)).rejects.toThrow(expect.objectContaining({ name: 'SealBroken' }));
  });

  test('that were replaced do not open when they are put back', async () => {
    const person = await api.person();
    const connectionId = await made(person, { auth: { kind: 'bearer', token: canary() } });
    const { sealed } = await opened(person, connectionId);
    await change(person, connectionId, { auth: { kind: 'bearer', token: canary() } });
    await api.store.sql('UPDATE "Connection" SET sealed = $1 WHERE id = $2', [sealed, connectionId]);
    await expect(opened(person, connectionId)).rejects.toThrow(expect.objectContaining({ name: 'SealBroken' }));
  });
});

test('what was known of a server is forgotten when the connection goes elsewhere', async () => {
  const person = await api.person();
  const connectionId = await made(person, {});
  await api.store.sql(
    `UPDATE "Connection" SET health = 'healthy', "checkedAt" = now(), "toolHashes" = '{"t":"h"}', policy = '{"t":"allow"}' WHERE id = $1`,
    [connectionId],
  );
  const { body } = await change(person, connectionId, { url: 'https://other.example.com/' });
  expect(body).toMatchObject({ health: 'unknown', checkedAt: null });
  const rows = await api.store.sql('SELECT "toolHashes", policy FROM "Connection" WHERE id = $1', [connectionId]);
  expect(rows).toEqual([{ toolHashes: {}, policy: {} }]);
});

test('two changes of the target at the same time: one stands whole, the other is told', async () => {
  const person = await api.person();
  const connectionId = await made(person, { auth: { kind: 'none' } });
  const tokens = [canary(), canary(), canary()];
  const answers = await Promise.all(tokens.map((token) => change(person, connectionId, { auth: { kind: 'bearer', token } })));
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
  const { version, headers } = await opened(person, connectionId);
  expect(version).toBe(1 + answers.filter(({ status }) => status === 200).length);
  expect(tokens.map((token) => `Bearer ${token}`)).toContain(headers['authorization']);
});

test('a name is taken once per person', async () => {
  const [ann, bob] = [await api.person(), await api.person()];
  const body = { name: 'mine', url };
  const statuses = [await ann.ask('POST /connections', { body }), await bob.ask('POST /connections', { body })];
  const again = await ann.ask('POST /connections', { body });
  const other = await made(ann, {});
  const renamed = await change(ann, other, { name: 'mine' });
  expect([...statuses, again, renamed].map(({ status }) => status)).toEqual([201, 201, 409, 409]);
  expect(again.body).toMatchObject({ error: { message: 'You have a connection of that name already.' } });
});

test('making, changing and deleting are in the audit trail, without the address or the credentials', async () => {
  const person = await api.person();
  const connectionId = await made(person, { auth: { kind: 'bearer', token: canary() } });
  await change(person, connectionId, { name: 'other' });
  const { status } = await person.ask('DELETE /connections/{connectionId}', { params: { connectionId } });
  expect(status).toBe(204);
  const rows = await api.store.sql('SELECT action, detail FROM "AuditEvent" WHERE target = $1 ORDER BY "createdAt", id', [
    connectionId,
  ]);
  expect(new Set(rows.map(({ action }) => action))).toEqual(
    new Set(['connection.create', 'connection.change', 'connection.delete']),
  );
  expect(rows.map(({ detail }) => detail)).toEqual([{}, {}, {}]);
  expect((await change(person, connectionId, { name: 'gone' })).status).toBe(404);
});

describe('an address', () => {
  test.each([
    'http://mcp.example.com/',
    'https://user:pass@mcp.example.com/',
    'https://user@mcp.example.com/',
    'https://mcp.example.com/#part',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'http://127.0.0.1:7002/',
    'http://localhost:7001/',
    'ftp://mcp.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    '//mcp.example.com/',
    '',
  ])('%j is refused, when made and when changed', async (bad) => {
    const person = await api.person();
    const connectionId = await made(person, {});
    const answers = [
      await person.ask('POST /connections', { body: { name: 'n', url: bad } }),
      await change(person, connectionId, { url: bad }),
    ];
    expect(answers.map(({ status, text }) => [status, text.includes('body.url')])).toEqual([
      [400, true],
      [400, true],
    ]);
  });

  test('of a loopback origin that the local configuration names is taken', async () => {
    expect(await made(await api.person(), { url: 'http://127.0.0.1:7001/mcp' })).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is kept as the URL standard writes it', async () => {
    const person = await api.person();
    const connectionId = await made(person, { url: ' HTTPS://MCP.Example.com:443/a b\u0000c ' });
    const { body } = await person.ask('GET /connections/{connectionId}', { params: { connectionId } });
    expect(body['url']).toBe('https://mcp.example.com/a%20b%00c');
  });
});

test('a profile that nobody knows is refused with those that are known', async () => {
  const person = await api.person();
  const { status, text } = await person.ask('POST /connections', { body: { name: 'n', url, profile: 'nope' } });
  expect([status, text]).toEqual([
    400,
    expect.stringContaining("body.profile: 'nope' is unknown; choose from filesystem, git, "),
  ]);
});
