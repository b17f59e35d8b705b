/** No address that a server names in an authorisation leads to this machine or its network: not one connection is made. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identify } from '../../lib/mcp/oauth/client.ts';
import { discover } from '../../lib/mcp/oauth/discovery.ts';
import { finishFlow } from '../../lib/mcp/oauth/flow.ts';
import { type Grant, sealGrant } from '../../lib/mcp/oauth/grant.ts';
import { machineTokens } from '../../lib/mcp/oauth/machine.ts';
import { currentToken } from '../../lib/mcp/oauth/renew.ts';
import { revoke } from '../../lib/mcp/oauth/revoke.ts';
import { openGuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { attackersResolver, ownHosts, ssrfVectors } from '../../lib/net/testing/vectors.ts';
import { testConnections } from '../support/connections.ts';
import { json, type Loopback, listen } from './loopback.ts';

let hits = 0;
let listener: Server;
let hostile: Loopback;
/** What the hostile server names as its authorisation server. */
let named = '';

beforeAll(async () => {
  listener = createServer((socket) => {
    hits += 1;
    socket.on('error', () => undefined).end();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  hostile = await listen((_request, response) =>
    json(response, 200, { resource: `${hostile.url}/mcp`, authorization_servers: [named] }),
  );
});
afterAll(async () => {
  listener.close();
  await hostile.stop();
});

const { cache, keys } = await testConnections({ origins: [] });
const { lookup } = attackersResolver();
const allowOrigins: string[] = [];
const guard = openGuardedFetch({
  allowOrigins,
  ownHosts,
  lookup,
  maxBytes: 100_000,
  idleMs: 500,
  totalMs: 1_000,
  connectionsPerOrigin: 4,
});
afterAll(() => guard.close());
const deps = { fetch: guard.fetch, timeScale: 0.05, loopbackOrigins: allowOrigins };

const issuer = 'https://as.example';
const serverWith = (endpoints: object) => ({
  ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
  ...{ response_types_supported: ['code'], code_challenge_methods_supported: ['S256'] },
  ...endpoints,
});
const client = { client_id: 'c', client_secret: 's' };
const identity = { own: null, documentUrl: null, redirectUri: 'https://us.example/oauth/callback' };
const begun = {
  client,
  resource: 'https://mcp.example/',
  scope: null,
  redirectUri: identity.redirectUri,
  codeVerifier: 'v'.repeat(43),
};
const contents = (server: ReturnType<typeof serverWith>) => ({ server, client, accessToken: 'a', refreshToken: 'r' });

async function refresh(url: string, signal: AbortSignal): Promise<string> {
  const place = {
    connectionId: randomUUID(),
    userId: randomUUID(),
    connectionVersion: 1,
    version: 1,
    issuer,
    resource: begun.resource,
  };
  const sealed = await sealGrant(keys, place, contents(serverWith({ token_endpoint: url })));
  const grant: Grant = { ...place, scope: null, sealed, expiresAt: new Date(0) };
  const grants = { read: async () => grant, renew: async () => true };
  return currentToken({ ...deps, cache, keys, grants }, { id: place.connectionId, version: 1 }, null, signal);
}

/** Every address of an authorisation that is fetched. */
const entries: Readonly<Record<string, (url: string, signal: AbortSignal) => Promise<unknown>>> = {
  'the protected resource': (url, signal) => discover(deps, url, signal),
  'the authorisation server that a resource names': (url, signal) => {
    named = url;
    return discover(deps, `${hostile.url}/mcp`, signal);
  },
  registration: (url, signal) => identify(deps, serverWith({ registration_endpoint: url }), identity, signal),
  'the exchange of a code': (url, signal) =>
    finishFlow(deps, { ...begun, server: serverWith({ token_endpoint: url }) }, { code: 'c', iss: issuer }, signal),
  'the renewal of a token': refresh,
  'a client that signs in by itself': (url, signal) =>
    machineTokens(deps, { ...begun, server: serverWith({ token_endpoint: url }) }, signal),
  'an identity provider': (url, signal) => {
    const own = { ...client, idp: { tokenEndpoint: url, clientId: 'c', idToken: 'a.b.c' } };
    return machineTokens(deps, { ...begun, client: own, server: serverWith({}) }, signal);
  },
  revocation: (url, signal) => revoke(deps, contents(serverWith({ revocation_endpoint: url })), signal),
};

test.each(Object.entries(entries))('%s reaches none of over 200 addresses', async (_name, enter) => {
  const { port } = Object(listener.address());
  allowOrigins.splice(0, allowOrigins.length, hostile.url);
  const vectors = ssrfVectors(port);
  expect(vectors.length).toBeGreaterThan(200);
  const through: string[] = [];
  for (const { name, url } of vectors) {
    await enter(url, AbortSignal.timeout(200)).then(
      () => through.push(name),
      () => undefined,
    );
  }
  expect([through, hits]).toEqual([[], 0]);
});

test('what is allowed is reached, so that a hit would have been seen', async () => {
  const { port } = Object(listener.address());
  allowOrigins.push(`http://127.0.0.1:${port}`);
  for (const enter of Object.values(entries)) {
    hits = 0;
    await enter(`http://127.0.0.1:${port}/`, AbortSignal.timeout(2_000)).catch(() => undefined);
    expect(hits).toBeGreaterThan(0);
  }
});
