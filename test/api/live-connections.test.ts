/** What is open to a person's servers, and what checking, listing and disconnecting do about it. */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { CONNECTION_CAP } from '../../lib/cache/leases.ts';
import { connections } from '../../lib/runtime/resources.ts';
import { type McpTestServer, startMcpServer } from '../support/mcp/server.ts';
import { type Person, startApi } from './api.ts';

const api = await startApi();
const server: McpTestServer = await startMcpServer('sessions', { tools: ['read'] });
const signal = AbortSignal.timeout(60_000);
beforeAll(() => api.settings({ LOOPBACK_ORIGINS: server.origin }));

async function made(person: Person): Promise<string> {
  const body = { name: `c ${randomUUID()}`, url: server.url };
  return String((await person.ask('POST /connections', { body })).body['id']);
}
/** As a run's task does. */
const opened = async ({ principal }: Person, connectionId: string) =>
  (await connections()).connect(principal, { connectionId, name: 'c', url: server.url, headers: {}, version: 1 }, signal);

test('a check tells the protocol, the server and the number of its tools, and the connection keeps it', async () => {
  const person = await api.person();
  const connectionId = await made(person);
  const checked = await person.ask('POST /connections/{connectionId}/check', { params: { connectionId } });
  const found = { health: 'healthy', reason: null, era: 'older', server: { name: 'older', version: '1.2.3' }, tools: 2 };
  expect(checked.body).toEqual({ ...found, checkedAt: expect.any(String) });
  const { body } = await person.ask('GET /connections/{connectionId}', { params: { connectionId } });
  expect(body).toMatchObject({ health: 'healthy', healthError: null, checkedAt: checked.body['checkedAt'], open: 0 });
  const tools = await person.ask('GET /connections/{connectionId}/tools', { params: { connectionId } });
  expect(tools.body).toMatchObject({ items: [{ name: 'echo' }, { name: 'read' }], unavailable: null });
});

test('a server that refuses is a finding: the connection is said to fail, and why', async () => {
  const person = await api.person();
  const connectionId = await made(person);
  server.intercept = (_seen, response) => {
    response.writeHead(403).end();
    return true;
  };
  const { body } = await person.ask('POST /connections/{connectionId}/check', { params: { connectionId } });
  const tools = await person.ask('GET /connections/{connectionId}/tools', { params: { connectionId } });
  server.intercept = () => false;
  const reason = expect.stringMatching(/^c .* refused connect \(HTTP 403\)$/);
  expect(body).toMatchObject({ health: 'failing', reason, era: null, server: null, tools: null });
  expect(tools.body).toEqual({ items: [], unavailable: reason });
});

test('what is open is shown, to its owner only, and one or all are closed', async () => {
  const [person, other] = [await api.person(), await api.person()];
  const [one, two] = [await made(person), await made(person)];
  const sessions = [await opened(person, one), await opened(person, two)];
  const { body } = await person.ask('GET /connections');
  expect(body).toMatchObject({
    open: 2,
    cap: CONNECTION_CAP,
    items: [
      { id: two, open: 1 },
      { id: one, open: 1 },
    ],
  });
  expect((await other.ask('GET /connections')).body).toMatchObject({ open: 0, items: [] });

  expect((await person.ask('POST /connections/{connectionId}/disconnect', { params: { connectionId: one } })).status).toBe(204);
  expect((await person.ask('GET /connections')).body).toMatchObject({ open: 1, items: [{ open: 1 }, { open: 0 }] });
  expect((await person.ask('POST /connections/disconnect')).status).toBe(204);
  expect((await person.ask('GET /connections')).body).toMatchObject({ open: 0 });
  expect(server.seen.filter(({ http }) => http === 'DELETE')).toHaveLength(2);
  await Promise.all(sessions.map((session) => session.close()));
});

test('a connection that is deleted leaves no session behind', async () => {
  const person = await api.person();
  const connectionId = await made(person);
  await person.ask('POST /connections/{connectionId}/check', { params: { connectionId } });
  server.seen.length = 0;
  await person.ask('DELETE /connections/{connectionId}', { params: { connectionId } });
  expect(server.seen.map(({ http }) => http)).toEqual(['DELETE']);
});

test('a server that failed repeatedly is shown to be left alone', async () => {
  const person = await api.person();
  const connectionId = await made(person);
  server.intercept = (_seen, response) => {
    response.destroy();
    return true;
  };
  for (let n = 0; n < 5; n += 1) {
    await person.ask('POST /connections/{connectionId}/check', { params: { connectionId } });
  }
  server.intercept = () => false;
  const { body } = await person.ask('GET /connections/{connectionId}', { params: { connectionId } });
  const times = { since: expect.stringMatching(/^20/), retryAt: expect.stringMatching(/^20/) };
  expect(body['breaker']).toEqual({ state: 'open', ...times });
  // A person who asks is not held up by it.
  await person.ask('POST /connections/{connectionId}/check', { params: { connectionId } });
  const { body: healed } = await person.ask('GET /connections/{connectionId}', { params: { connectionId } });
  expect(healed['breaker']).toEqual({ state: 'closed', since: null, retryAt: null });
});
