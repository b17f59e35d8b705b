/** A person lets the program in at an authorisation server, and a tool is called with what they were given. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { keys as cacheKeys } from '../../lib/cache/keys.ts';
import { openCredentials } from '../../lib/mcp/credentials.ts';
import { cache, connections, keys } from '../../lib/runtime/resources.ts';
import { accessOf } from './access.ts';
import { authorised, broughtBack, finished, made, oauthWorld, returnTo, started } from './world.ts';

const world = await oauthWorld();
const { api, authority, server } = world;

test('from the connection to a tool call: the person signs in, the server is asked with its own token', async () => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const shown = () => person.ask('GET /connections/{connectionId}', { params: { connectionId } });
  expect((await shown()).body).toMatchObject({ authKind: 'oauth', oauth: { authorised: false, issuer: null, scope: null } });

  const begun = await started(person, connectionId);
  expect(begun.body).toMatchObject({ issuer: authority.url, expiresAt: expect.any(String) });
  const asked = new URL(String(begun.body['authorizationUrl']));
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    code_challenge_method: 'S256',
    resource: server.mcpUrl,
    scope: 'read:things',
    redirect_uri: 'http://127.0.0.1:7000/oauth/callback',
    state: expect.stringMatching(/^[\w-]{43}$/),
  });

  const callback = await authority.agree(asked.href);
  const sentOn = await person.ask('GET /oauth/callback', { query: callback.search.slice(1) });
  const page = new URL(String(sentOn.headers['location']));
  expect([sentOn.status, page.origin + page.pathname]).toEqual([303, returnTo]);
  const done = await finished(person, Object.fromEntries(page.searchParams));
  const oauth = { authorised: true, issuer: authority.url, scope: 'read:things', expiresAt: expect.any(String) };
  expect([done.status, done.body]).toEqual([200, expect.objectContaining({ id: connectionId, oauth })]);
  expect((await shown()).body).toMatchObject({ oauth });
  const trail = await api.store.sql('SELECT action FROM "AuditEvent" WHERE "userId" = $1', [person.principal.userId]);
  expect(trail).toContainEqual({ action: 'connection.authorise' });

  const { connection, headers, renew } = await accessOf(person, connectionId);
  const target = { connectionId, name: connection.name, url: connection.url, headers, ...(renew === undefined ? {} : { renew }) };
  const signal = AbortSignal.timeout(20_000);
  const session = await (await connections()).connect(person.principal, target, signal);
  const result = await session.callTool('whoami', {}, signal);
  await session.close();
  expect(Buffer.from(result.blocks[0]?.bytes ?? []).toString()).toBe('hello');
});

test('no token, secret, code or verifier is in an answer, a log, or a row', async () => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const back = await broughtBack(world, person, connectionId);
  const answers = [await finished(person, back), await person.ask('GET /connections')];
  const { headers } = await accessOf(person, connectionId);
  const request = authority.seen.tokenRequests.at(-1) ?? {};
  const secrets = [headers['authorization']?.slice(7), request['code_verifier'], request['code']];
  const rows = await api.store.sql(
    'SELECT t::text AS row FROM "OAuthGrant" t UNION ALL SELECT t::text FROM "Connection" t UNION ALL SELECT t::text FROM "AuditEvent" t',
  );
  const sinks = answers.map(({ text }) => text).concat(JSON.stringify(rows), await readFile(api.logFile, 'utf8'));
  expect(secrets.every((secret) => secret !== undefined && secret.length > 20)).toBe(true);
  for (const secret of secrets.map(String)) {
    const forms = [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')];
    expect(forms.filter((text) => sinks.some((sink) => sink.includes(text)))).toEqual([]);
  }
});

describe('the end of an authorisation', () => {
  test('deleting the connection revokes what was granted and erases it', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const { headers } = await accessOf(person, connectionId);
    expect((await person.ask('DELETE /connections/{connectionId}', { params: { connectionId } })).status).toBe(204);
    expect(authority.seen.revoked).toContain(headers['authorization']?.slice(7));
    expect(await api.store.sql('SELECT 1 FROM "OAuthGrant" WHERE "connectionId" = $1', [connectionId])).toEqual([]);
  });

  test('a server that refuses to revoke does not hold up the deletion', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    authority.overrides.set('/revoke', (_request, response) => {
      response.destroy();
      return true;
    });
    const { status } = await person.ask('DELETE /connections/{connectionId}', { params: { connectionId } });
    authority.overrides.clear();
    expect(status).toBe(204);
    expect(await api.store.sql('SELECT 1 FROM "OAuthGrant" WHERE "connectionId" = $1', [connectionId])).toEqual([]);
  });

  test('a token that somebody else is renewing, or died renewing, does not hold up the deletion', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    await api.store.sql(`UPDATE "OAuthGrant" SET "expiresAt" = now() WHERE "connectionId" = $1`, [connectionId]);
    await (await cache()).set(cacheKeys.oauthRefresh(connectionId), 'a process that died', { seconds: 60 });
    expect((await person.ask('DELETE /connections/{connectionId}', { params: { connectionId } })).status).toBe(204);
  });

  test('another address or other credentials end it; another name does not', async () => {
    const person = await api.person();
    const connectionId = await authorised(world, person);
    const change = (body: object) => person.ask('PATCH /connections/{connectionId}', { params: { connectionId }, body });
    expect((await change({ name: `renamed ${connectionId}` })).body).toMatchObject({ oauth: { authorised: true } });
    expect((await change({ url: `${server.url}/other` })).body).toMatchObject({ oauth: { authorised: false } });
    await expect(accessOf(person, connectionId)).rejects.toMatchObject({ name: 'SourceUnavailable', failure: 'refused' });
  });
});

test('a connection that signs in otherwise has nothing to authorise', async () => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl, { kind: 'none' });
  expect(await started(person, connectionId)).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
});

test('a client that the person registered is used as it is, and its secret goes to the authorisation server alone', async () => {
  const person = await api.person();
  const registered = await fetch(`${authority.url}/register`, {
    method: 'POST',
    body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:7000/oauth/callback'] }),
  });
  const { client_id: clientId, client_secret: clientSecret } = Object(await registered.json());
  const before = authority.seen.registrations.length;
  const connectionId = await made(person, server.mcpUrl, { kind: 'oauth', clientId, clientSecret, scope: 'mine' });
  const done = await finished(person, await broughtBack(world, person, connectionId));
  expect(done.body).toMatchObject({ oauth: { authorised: true, scope: 'mine' } });
  expect(authority.seen.registrations).toHaveLength(before);
  expect(server.authorizations.join()).not.toContain(clientSecret);
  // Whoever took it for headers and sent it to the MCP server would find that it does not open as such.
  const { connection } = await accessOf(person, connectionId);
  await expect(openCredentials(await keys(), connection)).rejects.toThrow(expect.objectContaining({ name: 'SealBroken' }));
});

test('the client id metadata document names itself and the one callback', async () => {
  const { body } = await (await api.person()).ask('GET /oauth/client.json');
  expect(body).toMatchObject({
    client_id: 'http://127.0.0.1:7000/oauth/client.json',
    redirect_uris: ['http://127.0.0.1:7000/oauth/callback'],
    token_endpoint_auth_method: 'none',
  });
});
