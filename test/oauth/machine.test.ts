/** A client that signs in by itself: nobody is sent anywhere, its secret goes to its issuer alone, and a token that expires is asked for anew. */
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { accessOf } from './access.ts';
import { made, oauthWorld, started } from './world.ts';

const { api, authority, server } = await oauthWorld();
const registration = z.object({ client_id: z.string(), client_secret: z.string() });

/** A client that its person registered by hand. */
async function registered() {
  const answer = await fetch(`${authority.url}/register`, { method: 'POST', body: JSON.stringify({ redirect_uris: [] }) });
  const { client_id: clientId, client_secret: clientSecret } = registration.parse(await answer.json());
  return { kind: 'oauth', grant: 'client_credentials', clientId, clientSecret, issuer: authority.url };
}

test('gets a token for that server, and asks anew, once for all who find it expired', async () => {
  const person = await api.person();
  authority.lifetime = 1;
  const auth = await registered();
  const connectionId = await made(person, server.mcpUrl, auth);
  const { status, body } = await started(person, connectionId);
  expect([status, body]).toEqual([200, { authorizationUrl: null, issuer: authority.url, expiresAt: expect.any(String) }]);
  expect(authority.seen.tokenRequests.at(-1)).toEqual({
    grant_type: 'client_credentials',
    resource: server.mcpUrl,
    scope: 'read:things',
  });
  const before = authority.seen.tokenRequests.length;
  authority.lifetime = 3600;
  const headers = await Promise.all(Array.from({ length: 5 }, async () => (await accessOf(person, connectionId)).headers));
  expect([new Set(headers.map((one) => one['authorization'])).size, authority.seen.tokenRequests.length - before]).toEqual([
    1, 1,
  ]);
  expect(authority.accepts(headers[0]?.['authorization']?.slice(7), server.mcpUrl)).toBe(true);

  const shown = await person.ask('GET /connections');
  const rows = await api.store.sql('SELECT t::text AS row FROM "OAuthGrant" t UNION ALL SELECT t::text FROM "Connection" t');
  const kept = JSON.stringify([shown.text, rows, body]);
  const secrets = [auth.clientSecret, headers[0]?.['authorization']?.slice(7) ?? ''];
  expect(secrets.filter((secret) => kept.includes(secret) || kept.includes(Buffer.from(secret).toString('hex')))).toEqual([]);
});

test('whose server names another issuer is told so, and its secret stays here', async () => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl, { ...(await registered()), issuer: 'https://other.example' });
  const before = authority.seen.tokenRequests.length;
  const { status, body } = await started(person, connectionId);
  expect([status, body['details'] ?? body, authority.seen.tokenRequests.length - before]).toEqual([400, expect.anything(), 0]);
});

test('whose secret is refused is not authorised', async () => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl, { ...(await registered()), clientSecret: 'wrong' });
  const { status, text } = await started(person, connectionId);
  expect([status, text]).toEqual([400, expect.stringContaining('invalid_client')]);
});

describe('is not taken', () => {
  const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  const base = { kind: 'oauth', grant: 'client_credentials', clientId: 'c', issuer: 'https://as.example' };
  test.each([
    ['without a secret or a key', base],
    ['with both', { ...base, clientSecret: 's', privateKey: key, algorithm: 'ES256' }],
    ['with a key and no algorithm', { ...base, privateKey: key }],
    ['with a key that is none', { ...base, privateKey: 'k', algorithm: 'ES256' }],
    ['on the word of an identity provider that is not named', { ...base, grant: 'jwt-bearer', clientSecret: 's' }],
    ['without its issuer', { ...base, issuer: undefined, clientSecret: 's' }],
    ['with a key where a person signs in', { kind: 'oauth', clientId: 'c', privateKey: key, algorithm: 'ES256' }],
  ])('%s', async (_name, auth) => {
    const person = await api.person();
    const { status } = await person.ask('POST /connections', { body: { name: 'c', url: server.mcpUrl, auth } });
    expect(status).toBe(400);
  });
});
