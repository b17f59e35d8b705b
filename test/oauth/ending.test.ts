/**
 * Ending and deleting wait for no authorisation server: the server of the session is told with the token that is there, however old.
 * Signing in again ends what the account before had open.
 */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { keys as cacheKeys } from '../../lib/cache/keys.ts';
import { cache } from '../../lib/runtime/resources.ts';
import { startMcpServer } from '../support/mcp/server.ts';
import { forward } from '../tenants/tap.ts';
import { accessOf } from './access.ts';
import { startProtectedServer } from './protected-server.ts';
import { authorised, broughtBack, finished, oauthWorld } from './world.ts';

const { api, authority } = await oauthWorld();
/** Of the older protocol, whose sessions are ended by a request. */
const files = await startMcpServer('sessions');
const server = await startProtectedServer(authority, (request, response) =>
  forward(request, response, { url: files.url, headers: {} }),
);
afterAll(() => server.stop());
await api.settings({ LOOPBACK_ORIGINS: [server.url, authority.url].join(',') });
beforeEach(() => authority.overrides.clear());

/** A session is open, and whoever asks for a token waits in vain. */
async function opened() {
  const person = await api.person();
  const connectionId = await authorised({ api, authority, server }, person);
  const params = { connectionId };
  expect((await person.ask('POST /connections/{connectionId}/check', { params })).body).toMatchObject({ health: 'healthy' });
  const { authorization } = (await accessOf(person, connectionId)).headers;
  let asked = 0;
  authority.overrides.set('/token', () => {
    asked += 1;
    return true;
  });
  return { person, params, authorization, asked: () => asked };
}

describe.each([
  'DELETE /connections/{connectionId}',
  'POST /connections/{connectionId}/disconnect',
  'POST /connections/disconnect',
])('%s', (key) => {
  test('ends the session with a token that has expired, and asks for no other', async () => {
    const { person, params, authorization, asked } = await opened();
    await api.store.sql('UPDATE "OAuthGrant" SET "expiresAt" = now() WHERE "connectionId" = $1', [params.connectionId]);
    expect((await person.ask(key, { params })).status).toBe(204);
    expect(files.seen.at(-1)).toMatchObject({ http: 'DELETE', headers: { authorization } });
    expect(asked()).toBe(0);
  });

  test('is done where the server refuses the token', async () => {
    const { person, params, authorization, asked } = await opened();
    authority.forgetAccessTokens();
    expect((await person.ask(key, { params })).status).toBe(204);
    expect(server.authorizations.at(-1)).toBe(authorization);
    expect(asked()).toBe(0);
  });
});

describe('signing in again', () => {
  const world = { api, authority, server };
  async function signedInAgain() {
    const { person, params, authorization = '' } = await opened();
    authority.overrides.clear();
    files.seen.length = 0;
    const again = () => broughtBack(world, person, params.connectionId);
    return { person, params, authorization, again };
  }

  test('ends the session of the account before, forgets what was learned of it, and revokes what it granted', async () => {
    const { person, params, authorization, again } = await signedInAgain();
    expect((await finished(person, await again())).status).toBe(200);
    expect(files.seen).toEqual([
      expect.objectContaining({ http: 'DELETE', headers: expect.objectContaining({ authorization }) }),
    ]);
    expect(authority.seen.revoked).toContain(authorization.slice('Bearer '.length));
    const { userId } = person.principal;
    for (const what of ['session', 'tools', 'fresh'] as const) {
      expect(await (await cache()).get(cacheKeys.connectionOf(userId, params.connectionId, what))).toBeNull();
    }

    files.seen.length = 0;
    expect((await person.ask('POST /connections/{connectionId}/check', { params })).body).toMatchObject({ health: 'healthy' });
    expect(files.methods()).toContain('initialize');
    const { authorization: since } = (await accessOf(person, params.connectionId)).headers;
    expect(new Set(files.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([since]));
    expect(since).not.toBe(authorization);
    expect(authority.seen.revoked).not.toContain(since?.slice('Bearer '.length));
  });

  test('in vain leaves everything as it was', async () => {
    const { person, params, authorization, again } = await signedInAgain();
    expect((await finished(person, { ...(await again()), code: 'another' })).status).toBe(400);
    expect(files.seen).toEqual([]);
    expect((await accessOf(person, params.connectionId)).headers).toEqual({ authorization });
    expect(authority.seen.revoked).not.toContain(authorization.slice('Bearer '.length));
  });

  test('at a server that gives out the same token again does not revoke it', async () => {
    const { person, params, authorization, again } = await signedInAgain();
    const token = authorization.slice('Bearer '.length);
    authority.overrides.set('/token', (_request, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ access_token: token, token_type: 'Bearer', expires_in: 3600 }));
      return true;
    });
    expect((await finished(person, await again())).status).toBe(200);
    expect((await accessOf(person, params.connectionId)).headers).toEqual({ authorization });
    expect(authority.seen.revoked).not.toContain(token);
  });
});
