/** mcp.md: credentials are keyed by issuer. */
import { afterAll, expect, test } from 'vitest';
import { startOAuthAuthority } from './authority.ts';
import { form, json } from './loopback.ts';
import { broughtBack, finished, made, oauthWorld, started } from './world.ts';

const world = await oauthWorld();
const { api, authority, server } = world;
const other = await startOAuthAuthority();
afterAll(() => other.stop());

test('the secret of a client that was registered at one issuer is not sent to another that the server names later', async () => {
  await api.settings({ LOOPBACK_ORIGINS: [server.url, authority.url, other.url].join(',') });
  const person = await api.person();
  const registered = await fetch(`${authority.url}/register`, {
    method: 'POST',
    body: JSON.stringify({ redirect_uris: ['http://127.0.0.1:7000/oauth/callback'] }),
  });
  const { client_id: clientId, client_secret: clientSecret } = Object(await registered.json());
  const connectionId = await made(person, server.mcpUrl, { kind: 'oauth', clientId, clientSecret });
  expect((await finished(person, await broughtBack(world, person, connectionId))).status).toBe(200);

  // The MCP server now names somebody else, who sends the browser straight back and asks nobody.
  server.metadata = { authorization_servers: [other.url] };
  const sent: string[] = [];
  other.overrides.set('/token', async (request, response) => {
    sent.push(
      Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString(),
      String(await form(request)),
    );
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    return true;
  });
  const { body } = await started(person, connectionId);
  if (typeof body['authorizationUrl'] === 'string') {
    const { searchParams } = new URL(body['authorizationUrl']);
    await finished(person, { state: searchParams.get('state') ?? '', code: 'anything', iss: other.url });
  }
  expect(sent.join()).not.toContain(clientSecret);
});

test('of two that are begun at once while the server names two issuers, the client is bound to one and the other is told', async () => {
  await api.settings({ LOOPBACK_ORIGINS: [server.url, authority.url, other.url].join(',') });
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl, { kind: 'oauth', clientId: 'mine', clientSecret: 'secret' });
  const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const path = '/.well-known/oauth-protected-resource/mcp';
  const naming = (issuer: string) => ({ resource: server.mcpUrl, authorization_servers: [issuer] });
  server.overrides.set(path, async (_request, response) => {
    asked.resolve();
    await held.promise;
    json(response, 200, naming(authority.url));
    return true;
  });
  const first = started(person, connectionId);
  await asked.promise;
  server.overrides.delete(path);
  server.metadata = naming(other.url);
  expect(await started(person, connectionId)).toMatchObject({ status: 200, body: { issuer: other.url } });
  held.resolve();
  expect(await first).toMatchObject({ status: 409, body: { error: { code: 'CONFLICT' } } });
  expect(await started(person, connectionId)).toMatchObject({ status: 200, body: { issuer: other.url } });
});
