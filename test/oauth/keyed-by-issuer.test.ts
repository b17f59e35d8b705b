/** mcp.md: credentials are keyed by issuer. */
import { afterAll, expect, test } from 'vitest';
import { startOAuthAuthority } from './authority.ts';
import { form } from './loopback.ts';
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
