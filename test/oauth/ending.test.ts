/** Ending and deleting wait for no authorisation server: the server of the session is told with the token that is there, however old. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startMcpServer } from '../support/mcp/server.ts';
import { forward } from '../tenants/tap.ts';
import { accessOf } from './access.ts';
import { startProtectedServer } from './protected-server.ts';
import { authorised, oauthWorld } from './world.ts';

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
