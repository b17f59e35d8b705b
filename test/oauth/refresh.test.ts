/** Tokens grow old: they are renewed once however many ask, sealed in their place, and sent to their own server alone. */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { accessHeaders } from '../../lib/mcp/oauth/access.ts';
import { connections } from '../../lib/runtime/resources.ts';
import { accessDeps } from '../../lib/workflow/deps.ts';
import { grantsThrough } from '../../lib/workflow/oauth-grants.ts';
import type { Person } from '../api/api.ts';
import { accessOf } from './access.ts';
import { startOAuthAuthority } from './authority.ts';
import { startProtectedServer } from './protected-server.ts';
import { authorised, broughtBack, finished, made, oauthWorld, started } from './world.ts';

const world = await oauthWorld();
const { api, authority, server } = world;
beforeEach(() => {
  authority.lifetime = 3600;
  authority.overrides.clear();
});

const expire = (connectionId: string) =>
  api.store.sql(`UPDATE "OAuthGrant" SET "expiresAt" = now() + interval '59 seconds' WHERE "connectionId" = $1`, [connectionId]);
const sealedOf = async (connectionId: string) => {
  const [row] = await api.store.sql('SELECT sealed, version FROM "OAuthGrant" WHERE "connectionId" = $1', [connectionId]);
  return Object(row);
};
const broken = expect.objectContaining({ name: 'SealBroken' });
const mustSignIn = { name: 'SourceUnavailable', failure: 'refused', message: expect.stringContaining('sign in to it again') };

describe('a token that expires within a minute', () => {
  test('is renewed before it is sent, and its server sees each refresh token once though twenty ask', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    for (let round = 0; round < 3; round += 1) {
      const before = authority.seen.refreshTokens.length;
      await expire(connectionId);
      const all = await Promise.all(Array.from({ length: 20 }, () => accessOf(person, connectionId)));
      expect(new Set(all.map(({ headers }) => headers['authorization'])).size).toBe(1);
      expect(authority.seen.refreshTokens.length).toBe(before + 1);
    }
    expect(new Set(authority.seen.refreshTokens).size).toBe(authority.seen.refreshTokens.length);
  });

  test('is asked for with its resource', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    await expire(connectionId);
    await accessOf(person, connectionId);
    expect(authority.seen.tokenRequests.at(-1)).toMatchObject({ grant_type: 'refresh_token', resource: server.mcpUrl });
  });

  test('stays until its end where the server gave no refresh token; then the person has to sign in', async () => {
    const person = await api.person();
    authority.overrides.set('/token', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ access_token: 'only-this-one', token_type: 'bearer', expires_in: 30 }));
      return true;
    });
    const connectionId = await authorised(world, person);
    expect((await accessOf(person, connectionId)).headers).toEqual({ authorization: 'Bearer only-this-one' });
    await api.store.sql(`UPDATE "OAuthGrant" SET "expiresAt" = now() WHERE "connectionId" = $1`, [connectionId]);
    await expect(accessOf(person, connectionId)).rejects.toMatchObject(mustSignIn);
  });
});

describe('after a 401', () => {
  test('a new token is fetched once, by whoever is first; the others take it', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const holders = await Promise.all(Array.from({ length: 5 }, () => accessOf(person, connectionId)));
    authority.forgetAccessTokens();
    const before = authority.seen.refreshTokens.length;
    const renewed = await Promise.all(holders.map(({ headers, renew }) => renew?.(headers, AbortSignal.timeout(10_000))));
    expect(new Set(renewed.map((headers) => headers?.['authorization'])).size).toBe(1);
    expect(renewed[0]?.['authorization']).not.toBe(holders[0]?.headers['authorization']);
    expect(authority.seen.refreshTokens.length).toBe(before + 1);
  });
});

describe('a session that is open', () => {
  test('goes on when its token is refused in the middle: the new one is sent, and the call is answered', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const { connection, headers, renew } = await accessOf(person, connectionId);
    const { name, url, version } = connection;
    const signal = AbortSignal.timeout(20_000);
    const target = { connectionId, name, url, version, headers, ...(renew === undefined ? {} : { renew }) };
    const session = await (await connections()).connect(person.principal, target, signal);
    expect(await session.callTool('whoami', {}, signal)).toMatchObject({ ok: true });
    authority.forgetAccessTokens();
    const before = authority.seen.refreshTokens.length;
    expect(await session.callTool('whoami', {}, signal)).toMatchObject({ ok: true });
    expect(authority.seen.refreshTokens.length).toBe(before + 1);
    await session.close();
  });

  test('of a connection that nobody authorised does not come about: a check says what to do', async () => {
    const person = await api.person();
    const connectionId = await made(person, server.mcpUrl);
    const asked = (key: string) => person.ask(key, { params: { connectionId } });
    const check = await asked('POST /connections/{connectionId}/check');
    expect(check).toMatchObject({
      status: 200,
      body: { health: 'failing', reason: expect.stringContaining('sign in to it again') },
    });
    const tools = await asked('GET /connections/{connectionId}/tools');
    expect(tools).toMatchObject({ status: 200, body: { unavailable: expect.stringContaining('sign in to it again') } });
    expect((await asked('POST /connections/{connectionId}/disconnect')).status).toBe(204);
    expect((await asked('DELETE /connections/{connectionId}')).status).toBe(204);
  });
});

describe('a run', () => {
  const asRun = async (runId: string, person: Person, connectionId: string) => {
    const { connection } = await accessOf(person, connectionId);
    const { store } = api.store;
    const deps = { ...(await accessDeps()), grants: grantsThrough((work) => store.forRun(runId, work)) };
    return () => accessHeaders(deps, connection, AbortSignal.timeout(10_000));
  };

  test('of the person, with this connection, renews its token; what it renewed holds for everybody', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const { runId } = await api.store.projectWithRun(person.principal, { connectionIds: [connectionId] });
    const access = await asRun(runId, person, connectionId);
    const before = (await access()).headers;
    await expire(connectionId);
    const after = (await access()).headers;
    expect(after).not.toEqual(before);
    expect((await accessOf(person, connectionId)).headers).toEqual(after);
  });

  test('of somebody else, or without this connection, finds none', async () => {
    const [person, other] = [await api.person(), await api.person()];
    const connectionId = await authorised(world, person);
    const runs = [
      await api.store.projectWithRun(person.principal),
      await api.store.projectWithRun(other.principal, { connectionIds: [connectionId] }),
    ];
    for (const { runId } of runs) await expect((await asRun(runId, person, connectionId))()).rejects.toMatchObject(mustSignIn);
  });

  test('whose time is over while another renews stops with its own reason', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const { runId } = await api.store.projectWithRun(person.principal, { connectionIds: [connectionId] });
    const { connection } = await accessOf(person, connectionId);
    const deps = { ...(await accessDeps()), grants: grantsThrough((work) => api.store.store.forRun(runId, work)) };
    await expire(connectionId);
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    authority.overrides.set('/token', async () => {
      asked.resolve();
      await answered.promise;
      return false;
    });
    const first = accessOf(person, connectionId);
    await asked.promise;
    const over = new AbortController();
    const second = accessHeaders(deps, connection, over.signal);
    over.abort(new Error('its time is over'));
    await expect(second).rejects.toThrow('its time is over');
    answered.resolve();
    expect((await first).headers['authorization']).toMatch(/^Bearer access-/);
  });
});

describe('the server', () => {
  test('that has ended the grant is not asked again: the connection says that its person has to sign in', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    authority.overrides.set('/token', (_request, response) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"invalid_grant","error_description":"<script>"}');
      return true;
    });
    await expire(connectionId);
    await expect(accessOf(person, connectionId)).rejects.toMatchObject(mustSignIn);
    authority.overrides.clear();
    const before = authority.seen.tokenRequests.length;
    await expect(accessOf(person, connectionId)).rejects.toMatchObject(mustSignIn);
    expect(authority.seen.tokenRequests).toHaveLength(before);
    const { body } = await person.ask('GET /connections/{connectionId}', { params: { connectionId } });
    expect(body).toMatchObject({ oauth: { authorised: false, issuer: authority.url } });
  });

  test('that is out of order for a while loses nobody their grant', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    await expire(connectionId);
    authority.overrides.set('/token', (_request, response) => {
      response.writeHead(503).end('away');
      return true;
    });
    await expect(accessOf(person, connectionId)).rejects.toMatchObject({ name: 'SourceUnavailable', failure: 'refused' });
    authority.overrides.clear();
    expect((await accessOf(person, connectionId)).headers['authorization']).toMatch(/^Bearer access-/);
  });
});

describe('sealed tokens', () => {
  test('do not open in the row of another connection, nor beside another issuer or resource', async () => {
    const person = await api.person();
    const [from, to] = [await authorised(world, person), await authorised(world, person)];
    const { sealed } = await sealedOf(to);
    const put = (value: unknown) => api.store.sql('UPDATE "OAuthGrant" SET sealed = $1 WHERE "connectionId" = $2', [value, to]);
    await put((await sealedOf(from)).sealed);
    await expect(accessOf(person, to)).rejects.toThrow(broken);
    await put(sealed);
    await accessOf(person, to);
    for (const column of ['issuer', 'resource']) {
      await api.store.sql(`UPDATE "OAuthGrant" SET ${column} = ${column} || 'x' WHERE "connectionId" = $1`, [to]);
      await expect(accessOf(person, to)).rejects.toThrow(broken);
      await api.store.sql(`UPDATE "OAuthGrant" SET ${column} = left(${column}, -1) WHERE "connectionId" = $1`, [to]);
    }
  });

  test('of before a renewal do not open when they are put back', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const { sealed } = await sealedOf(connectionId);
    await expire(connectionId);
    await accessOf(person, connectionId);
    await api.store.sql('UPDATE "OAuthGrant" SET sealed = $1 WHERE "connectionId" = $2', [sealed, connectionId]);
    await expect(accessOf(person, connectionId)).rejects.toThrow(broken);
  });

  test('of before a second authorisation do not open either', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const { sealed } = await sealedOf(connectionId);
    expect((await finished(person, await broughtBack(world, person, connectionId))).status).toBe(200);
    await api.store.sql('UPDATE "OAuthGrant" SET sealed = $1 WHERE "connectionId" = $2', [sealed, connectionId]);
    await expect(accessOf(person, connectionId)).rejects.toThrow(broken);
  });
});

/** Calls a tool, and gives the Authorization header that it was called with. */
async function called(person: Person, connectionId: string): Promise<string> {
  const { connection, headers } = await accessOf(person, connectionId);
  const signal = AbortSignal.timeout(20_000);
  const target = { connectionId, name: connection.name, url: connection.url, version: connection.version, headers };
  const session = await (await connections()).connect(person.principal, target, signal).catch(() => null);
  await session?.callTool('whoami', {}, signal);
  await session?.close();
  return String(headers['authorization']);
}

test('each server sees its own token and no other: not a neighbour’s, not the one that the person signed in with', async () => {
  const person = await api.person();
  const before = server.authorizations.length;
  const otherAuthority = await startOAuthAuthority();
  const otherServer = await startProtectedServer(otherAuthority);
  const origins = [server.url, authority.url, otherServer.url, otherAuthority.url].join(',');
  await api.settings({ LOOPBACK_ORIGINS: origins });
  const here = await authorised(world, person);
  const there = await authorised({ api, authority: otherAuthority, server: otherServer }, person);
  const fixed = await made(person, otherServer.mcpUrl, { kind: 'bearer', token: `fixed-${randomUUID()}` });
  // Discovery asks as a stranger.
  expect(new Set([...server.authorizations.slice(before), ...otherServer.authorizations])).toEqual(new Set(['']));
  const [mine, theirs, given] = [await called(person, here), await called(person, there), await called(person, fixed)];
  expect(new Set(server.authorizations.slice(before))).toEqual(new Set(['', mine]));
  expect(new Set(otherServer.authorizations)).toEqual(new Set(['', theirs, given]));
  expect(otherAuthority.seen.tokenRequests.map(({ resource }) => resource)).toEqual([otherServer.mcpUrl]);
  await Promise.all([otherServer.stop(), otherAuthority.stop()]);
});

test('without Redis no authorisation begins and no token is renewed; one that is good is still sent', async () => {
  const person = await api.person();
  const connectionId = await authorised(world, person);
  await api.settings({ LOOPBACK_ORIGINS: `${server.url},${authority.url}`, REDIS_URL: 'redis://127.0.0.1:1' });
  expect((await accessOf(person, connectionId)).headers['authorization']).toMatch(/^Bearer access-/);
  const before = authority.seen.refreshTokens.length;
  await expire(connectionId);
  await expect(accessOf(person, connectionId)).rejects.toMatchObject({ name: 'SourceUnavailable', failure: 'unreachable' });
  expect(authority.seen.refreshTokens).toHaveLength(before);
  expect((await started(person, connectionId)).status).toBe(503);
});
