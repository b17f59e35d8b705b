import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { type Kind, startMcpServer } from '../../test/support/mcp/server.ts';
import { BREAKER_FAILURES, openBreaker } from '../cache/breaker.ts';
import { keys } from '../cache/keys.ts';
import { SourceUnavailable } from './errors.ts';
import type { Session } from './session.ts';

const origins: string[] = [];
const { connections, another, redisUrl, open, breakerOf, cache } = await testConnections({ origins });
const signal = AbortSignal.timeout(60_000);
const person = () => ({ userId: randomUUID() });
async function started(kind: Kind) {
  const server = await startMcpServer(kind);
  origins.push(server.origin);
  return server;
}
const say = async (session: Session, text: string): Promise<string> => {
  const { blocks } = await session.callTool('echo', { text }, signal);
  return Buffer.from(blocks[0]?.bytes ?? []).toString('utf8');
};
const handshakes = ['server/discover', 'initialize'];

describe.each<[Kind, string]>([
  ['sessions', 'older'],
  ['stateless', 'older'],
  ['modern', 'modern'],
  ['modern-only', 'modern'],
])('a server of the kind %s', (kind, name) => {
  test('answers calls and lists its tools', async () => {
    const server = await started(kind);
    const session = await connections.connect(person(), targetOf(server.url), signal);
    expect([await say(session, 'hello'), session.server.name]).toEqual(['hello', name]);
    expect((await session.listTools(signal)).map((tool) => tool.name)).toEqual(['echo']);
    await session.close();
  });

  test('is asked nothing but the call on a warm connection, also by another instance', async () => {
    const server = await started(kind);
    const owner = person();
    const target = targetOf(server.url);
    const first = await connections.connect(owner, target, signal);
    await first.listTools(signal);
    await say(first, 'first');
    await first.close();
    expect(server.methods().filter((method) => handshakes.includes(method)).length).toBeGreaterThan(0);

    server.seen.length = 0;
    const second = await another().connect(owner, target, signal);
    expect((await second.listTools(signal)).map((tool) => tool.name)).toEqual(['echo']);
    expect(await say(second, 'second')).toBe('second');
    await second.close();
    expect(server.methods()).toEqual(['tools/call']);
    expect(second.server).toEqual(first.server);
  });
});

test('callers of one run share a client; runs do not', async () => {
  const server = await started('sessions');
  const owner = person();
  const target = targetOf(server.url, { version: 1, runId: randomUUID() });
  const sessions = await Promise.all(Array.from({ length: 6 }, () => connections.connect(owner, target, signal)));
  expect(server.methods().filter((method) => method === 'initialize')).toHaveLength(1);
  expect(await open(owner)).toHaveLength(1);
  const other = await connections.connect(owner, { ...target, runId: randomUUID() }, signal);
  expect(await open(owner)).toHaveLength(2);
  await sessions.shift()?.close();
  await Promise.all(sessions.map((session) => say(session, 'still here')));
  await Promise.all([...sessions, other].map((session) => session.close()));
  expect(await open(owner)).toEqual([]);
});

test('nothing that one user learned of a server is used for another', async () => {
  const server = await started('sessions');
  const target = targetOf(server.url);
  for (const owner of [person(), person()]) {
    const session = await connections.connect(owner, target, signal);
    await say(session, 'mine');
    await session.close();
  }
  expect(server.methods().filter((method) => method === 'initialize')).toHaveLength(2);
  expect(new Set(server.seen.flatMap(({ headers }) => headers['mcp-session-id'] ?? [])).size).toBe(2);
});

test('what is remembered lies in Redis sealed, for this user, connection and version', async () => {
  const server = await started('sessions');
  const target = targetOf(server.url);
  const owner = person();
  const session = await connections.connect(owner, target, signal);
  await session.listTools(signal);
  await session.close();
  const sessionId = String(server.seen.find(({ headers }) => headers['mcp-session-id'])?.headers['mcp-session-id']);
  const redis = new Redis(redisUrl);
  const held = await Promise.all((await redis.keys('assay:source:*')).map((key) => redis.get(key)));
  redis.disconnect();
  expect(held.length).toBeGreaterThan(1);
  for (const value of held)
    expect(Buffer.from(value ?? '', 'base64').toString('latin1')).not.toMatch(RegExp(`${sessionId}|echo`));

  server.seen.length = 0;
  await (await connections.connect(owner, { ...target, version: 2 }, signal)).close();
  expect(server.methods()).toContain('initialize');
});

describe('a session that the server forgot', () => {
  test('is opened anew, once, and a reading call is repeated', async () => {
    const server = await started('sessions');
    const session = await connections.connect(person(), targetOf(server.url, { repeatable: ['echo'] }), signal);
    server.forgetSessions();
    server.seen.length = 0;
    expect(await Promise.all(['a', 'b', 'c'].map((text) => say(session, text)))).toEqual(['a', 'b', 'c']);
    expect(server.methods().filter((method) => method === 'initialize')).toHaveLength(1);
    await session.close();
  });

  test('does not repeat a call that may change something', async () => {
    const server = await started('sessions');
    const session = await connections.connect(person(), targetOf(server.url), signal);
    server.forgetSessions();
    server.seen.length = 0;
    await expect(say(session, 'a')).rejects.toMatchObject({ name: 'SourceUnavailable' });
    expect(server.methods().filter((method) => method === 'tools/call')).toHaveLength(1);
    expect(await say(session, 'the next')).toBe('the next');
    await session.close();
  });

  test('is told by 400 as well, and an older verdict that is wrong by now is asked for again', async () => {
    const server = await started('sessions');
    const owner = person();
    const target = targetOf(server.url, { repeatable: ['echo'] });
    await (await connections.connect(owner, target, signal)).close();
    const modern = await started('modern-only');
    server.intercept = ({ headers }, response) => {
      if (headers['mcp-session-id'] === undefined) return false;
      server.intercept = () => false;
      response.writeHead(400).end('Bad Request: no valid session');
      return true;
    };
    const session = await connections.connect(owner, target, signal);
    expect(await say(session, 'a')).toBe('a');
    await session.close();

    const upgraded = await connections.connect(owner, { ...target, url: modern.url }, signal);
    expect([await say(upgraded, 'b'), upgraded.server.name]).toEqual(['b', 'modern']);
    await upgraded.close();
  });
});

describe('a 401', () => {
  test('renews the credential once for all who meet it, and repeats what was refused', async () => {
    const server = await started('sessions');
    let good = 'one';
    server.intercept = ({ headers }, response) => {
      if (headers.authorization === good) return false;
      response.writeHead(401).end();
      return true;
    };
    let renewals = 0;
    const renew = async () => {
      renewals += 1;
      return { authorization: good };
    };
    const target = targetOf(server.url, { headers: { authorization: 'one' }, renew });
    const session = await connections.connect(person(), target, signal);
    good = 'two';
    expect(await Promise.all(['a', 'b', 'c'].map((text) => say(session, text)))).toEqual(['a', 'b', 'c']);
    expect(renewals).toBe(1);
    server.intercept = (_seen, response) => {
      response.writeHead(401).end();
      return true;
    };
    await expect(say(session, 'd')).rejects.toMatchObject({ failure: 'refused' });
    expect(renewals).toBe(2);
    await session.close();
  });
});

test('a credential that cannot be renewed says why, in the words of whoever renews it', async () => {
  const server = await started('sessions');
  server.intercept = (_seen, response) => {
    response.writeHead(401).end();
    return true;
  };
  const why = new SourceUnavailable('refused', 'sign in again: the grant was withdrawn');
  const target = targetOf(server.url, { renew: () => Promise.reject(why) });
  await expect(connections.connect(person(), target, signal)).rejects.toMatchObject({ failure: 'refused', message: why.message });
});

test('disconnecting ends the session at the server, and the next connect begins anew', async () => {
  const server = await started('sessions');
  const owner = person();
  const target = targetOf(server.url);
  const held = await another({ leaseMs: 900 }).connect(owner, target, signal);
  await connections.disconnect(owner, target, signal);
  expect(server.seen.filter(({ http }) => http === 'DELETE')).toHaveLength(1);
  expect(await open(owner)).toEqual([]);
  // Its instance learns of it at its next renewal.
  await expect
    .poll(
      () =>
        say(held, 'still?').then(
          () => '',
          (error: unknown) => Reflect.get(Object(error), 'failure'),
        ),
      { timeout: 5_000 },
    )
    .toMatch(/disconnected/);
  server.seen.length = 0;
  await (await connections.connect(owner, target, signal)).close();
  expect(server.methods()).toContain('initialize');
});

test('who uses a connection while its owner disconnects it is told, and may connect anew', async () => {
  const server = await started('sessions');
  const owner = person();
  const target = targetOf(server.url, { runId: randomUUID() });
  const held = await connections.connect(owner, target, signal);
  await connections.disconnectAll(owner, [target], signal);
  await expect(say(held, 'a')).rejects.toMatchObject({ failure: 'disconnected' });
  const anew = await connections.connect(owner, target, signal);
  await held.close();
  expect(await say(anew, 'b')).toBe('b');
  await anew.close();

  const elsewhere = another({ leaseMs: 600 });
  const lost = await elsewhere.connect(owner, target, signal);
  await connections.disconnect(owner, target, signal);
  await expect.poll(() => say(lost, 'c').catch((error: unknown) => error)).toMatchObject({ failure: 'disconnected' });
  const again = await elsewhere.connect(owner, target, signal);
  expect(await say(again, 'd')).toBe('d');
  await Promise.all([lost, again].map((session) => session.close()));
  expect(await open(owner)).toEqual([]);
});

test('a connect that is given up keeps its place until nothing is open at the server any more', async () => {
  const server = await started('sessions');
  const owner = person();
  const target = targetOf(server.url);
  const closed: string[] = [];
  server.intercept = ({ method, http }, response) => {
    response.once('close', () => closed.push(method ?? http));
    return true;
  };
  const patience = new AbortController();
  const connecting = connections.connect(owner, target, patience.signal);
  await expect.poll(() => server.seen.length).toBeGreaterThan(0);
  patience.abort(new Error('enough'));
  await expect(connecting).rejects.toThrow('enough');
  await expect.poll(() => open(owner)).toEqual([]);
  await expect.poll(() => closed.length, { timeout: 1_000 }).toBe(server.seen.length);
});

test('one that is given up while the server is asked whether it still knows the session leaves nothing open either', async () => {
  const server = await started('sessions');
  const owner = person();
  const target = targetOf(server.url);
  await (await connections.connect(owner, target, signal)).close();
  server.seen.length = 0;
  const closed: string[] = [];
  server.intercept = ({ method, http }, response) => {
    response.once('close', () => closed.push(method ?? http));
    return true;
  };
  await cache.remove(keys.connectionOf(owner.userId, target.connectionId, 'fresh'));
  const patience = new AbortController();
  const connecting = another().connect(owner, target, patience.signal);
  await expect.poll(() => server.methods()).toEqual(['ping']);
  patience.abort(new Error('enough'));
  await expect(connecting).rejects.toThrow('enough');
  await expect.poll(() => open(owner)).toEqual([]);
  await expect.poll(() => closed, { timeout: 1_000 }).toContain('ping');
});

test('no idle stream is ever opened', async () => {
  for (const kind of ['sessions', 'stateless', 'modern'] as const) {
    const server = await started(kind);
    const session = await connections.connect(person(), targetOf(server.url), signal);
    await say(session, 'a');
    await session.close();
    expect(server.seen.filter(({ http }) => http === 'GET')).toEqual([]);
  }
});

test('a check says what it found, and tells a server that is gone from one that works', async () => {
  const server = await started('modern');
  const owner = person();
  const target = targetOf(server.url);
  const checked = await connections.check(owner, target, signal);
  expect(checked).toMatchObject({ era: 'modern', server: { name: 'modern', version: '4.5.6' } });
  expect(checked.tools.map(({ name }) => name)).toEqual(['echo']);
  await server.stop();
  await expect(connections.check(owner, target, signal)).rejects.toMatchObject({ failure: 'unreachable' });
  expect(await open(owner)).toEqual([]);
});

test('a server that keeps failing is left alone for a while, and says since when', async () => {
  const server = await started('sessions');
  await server.stop();
  const owner = person();
  const target = targetOf(server.url);
  const manager = another({ timeScale: 0.05 });
  for (let n = 0; n < 5; n += 1) {
    await expect(manager.connect(owner, target, signal)).rejects.toMatchObject({ failure: 'unreachable' });
  }
  await expect(manager.connect(owner, target, signal)).rejects.toThrow(/left alone .* since 20.* tried again at 20/);
  expect(await breakerOf(owner, target)).toMatchObject({ state: 'open' });
  const revived = await started('sessions');
  await expect.poll(() => breakerOf(owner, target), { timeout: 5_000 }).toMatchObject({ state: 'half-open' });
  await (await manager.connect(owner, { ...target, url: revived.url }, signal)).close();
  expect(await breakerOf(owner, target)).toMatchObject({ state: 'closed' });
});

test.each([
  [500, true],
  [503, true],
  [429, true],
  [408, true],
  [401, false],
  [403, false],
])('whether a server that answers HTTP %s to everything is left alone after a while: %s', async (status, isLeftAlone) => {
  const server = await started('sessions');
  server.intercept = (_seen, response) => {
    response.writeHead(status).end();
    return true;
  };
  const [owner, target] = [person(), targetOf(server.url)];
  for (let n = 0; n < BREAKER_FAILURES; n += 1) {
    const failure = isLeftAlone ? 'server-error' : 'refused';
    await expect(connections.connect(owner, target, signal)).rejects.toMatchObject({ failure });
  }
  const failure = isLeftAlone ? 'breaker' : 'refused';
  await expect(connections.connect(owner, target, signal)).rejects.toMatchObject({ failure });
});

test('a call that works in between means that failures elsewhere are not in a row', async () => {
  const server = await started('sessions');
  const [owner, target] = [person(), targetOf(server.url)];
  const session = await connections.connect(owner, target, signal);
  const elsewhere = openBreaker(cache);
  for (let n = 1; n < BREAKER_FAILURES; n += 1) await elsewhere.failed(owner.userId, target.connectionId);
  expect(await breakerOf(owner, target)).toMatchObject({ state: 'failing' });
  await say(session, 'it works');
  expect(await breakerOf(owner, target)).toMatchObject({ state: 'closed' });
  await session.close();
});
