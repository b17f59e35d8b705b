/** Authorisation servers and MCP servers that mean harm: refused with a reason that a person can read, and nothing is kept. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { keys } from '../../lib/cache/keys.ts';
import { cache } from '../../lib/runtime/resources.ts';
import type { Answer } from '../api/api.ts';
import type { Override } from './authority.ts';
import { type Loopback, listen } from './loopback.ts';
import { broughtBack, finished, made, oauthWorld, started } from './world.ts';

const world = await oauthWorld();
const { api, authority, server } = world;
const allowed = { LOOPBACK_ORIGINS: `${server.url},${authority.url}` };

/** Reachable, and at no allowed origin: whoever gets here got past the guard. */
let forbidden: Loopback;
let hits = 0;
beforeAll(async () => {
  forbidden = await listen((_request, response) => {
    hits += 1;
    response.end('{}');
  });
  return () => forbidden.stop();
});
afterEach(() => {
  for (const each of [authority, server]) {
    each.metadata = {};
    each.overrides.clear();
  }
  server.challenge = null;
  expect(hits).toBe(0);
});

const says =
  (status: number, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }): Override =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

const message = ({ body }: Answer): string => String(Object(body['error'])['message']);
const grants = (connectionId: string) => api.store.sql('SELECT 1 FROM "OAuthGrant" WHERE "connectionId" = $1', [connectionId]);

/** What a person is told when they try to begin. */
async function toldAtStart(): Promise<string> {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const answer = await started(person, connectionId);
  expect([answer.status, answer.body['authorizationUrl']]).toEqual([400, undefined]);
  expect(await grants(connectionId)).toEqual([]);
  return message(answer);
}

/** What they are told when the code has come and the token is fetched. */
async function toldAtToken(token: Override): Promise<string> {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const back = await broughtBack(world, person, connectionId);
  authority.overrides.set('/token', token);
  const answer = await finished(person, back);
  expect(answer.status).toBe(400);
  expect(await grants(connectionId)).toEqual([]);
  return message(answer);
}

const as = '/.well-known/oauth-authorization-server';
const resource = '/.well-known/oauth-protected-resource/mcp';
const endpoints = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'];
const unsafe = [
  ['javascript:alert(document.domain)//', 'does not begin with https://'],
  ['data:text/html,<script>alert(1)</script>', 'does not begin with https://'],
  ['http://auth.example.com/x', 'does not begin with https://'],
  ['file:///etc/passwd', 'does not begin with https://'],
  ['https://user:secret@auth.example.com/', 'holds credentials'],
  ['/relative', 'is no address'],
] as const;

describe('addresses in metadata', () => {
  test.each(endpoints.flatMap((name) => unsafe.map(([url, why]) => [name, url, why] as const)))(
    '%s %s: %s',
    async (name, url, why) => {
      authority.metadata = { [name]: url };
      const told = await toldAtStart();
      expect(told).toMatch(/^Not authorised: .+\.$/);
      expect(told.includes(why) || told.includes('did not answer naming its endpoints as OAuth asks')).toBe(true);
      expect(told).not.toContain('alert');
      expect(told).not.toContain('secret');
    },
  );

  test.each([
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/',
    'https://[::1]:1/',
    'https://[::ffff:7f00:1]/',
    'https://2130706433/',
    'https://localhost/',
  ])('an authorisation server at %s is not asked', async (url) => {
    server.metadata = { authorization_servers: [url] };
    expect(await toldAtStart()).toMatch(/not (a )?public/);
  });

  test('no origin of this machine is reached that the configuration does not name', async () => {
    for (const [change, why] of [
      [() => (server.metadata = { authorization_servers: [forbidden.url] }), 'does not begin with https://'],
      [() => (server.challenge = `Bearer resource_metadata="${forbidden.url}/x"`), 'does not begin with https://'],
      [() => (authority.metadata = { registration_endpoint: `${forbidden.url}/register` }), 'does not begin with https://'],
      [() => (authority.metadata = { registration_endpoint: forbidden.url.replace('http:', 'https:') }), 'not a public address'],
      [() => (server.metadata = { authorization_servers: [forbidden.url.replace('http:', 'https:')] }), 'not a public address'],
    ] as const) {
      change();
      expect(await toldAtStart()).toContain(why);
      server.metadata = {};
      server.challenge = null;
      authority.metadata = {};
    }
  });

  test('a token endpoint at a private address is not asked: neither code nor secret leaves', async () => {
    authority.metadata = { token_endpoint: forbidden.url.replace('http:', 'https:') };
    const person = await api.person();
    const connectionId = await made(person, server.mcpUrl);
    const answer = await finished(person, await broughtBack(world, person, connectionId));
    expect([answer.status, message(answer)]).toEqual([400, expect.stringContaining('not a public address')]);
    expect(await grants(connectionId)).toEqual([]);
  });
});

describe('who somebody claims to be', () => {
  test.each([
    ['another issuer', () => (authority.metadata = { issuer: 'https://login.example.com' }), 'speaks for another issuer'],
    ['its issuer with a path', () => (authority.metadata = { issuer: `${authority.url}/tenant` }), 'speaks for another issuer'],
    ['no issuer', () => (authority.metadata = { issuer: undefined }), 'as OAuth asks'],
    [
      'another server’s resource',
      () => (server.metadata = { resource: 'https://mcp.example.com/mcp' }),
      'for another server than itself',
    ],
    [
      'a neighbour’s path as resource',
      () => (server.metadata = { resource: `${server.url}/mcp-of-another` }),
      'for another server than itself',
    ],
    ['a deeper resource', () => (server.metadata = { resource: `${server.url}/mcp/admin` }), 'for another server than itself'],
    [
      'a scope that is none',
      () => {
        server.challenge = 'Bearer';
        server.metadata = { scopes_supported: ['a\\b\u0000'] };
      },
      'a scope that is none',
    ],
    ['no PKCE', () => (authority.metadata = { code_challenge_methods_supported: undefined }), 'PKCE with S256'],
    ['plain PKCE', () => (authority.metadata = { code_challenge_methods_supported: ['plain'] }), 'PKCE with S256'],
    ['no codes', () => (authority.metadata = { response_types_supported: ['token'] }), 'authorisation codes'],
    ['no registration', () => (authority.metadata = { registration_endpoint: undefined }), 'give its client id'],
    [
      'keys of its own alone',
      () => (authority.metadata = { token_endpoint_auth_methods_supported: ['private_key_jwt'] }),
      'no way to identify a client',
    ],
  ])('%s', async (_name, change, why) => {
    change();
    expect(await toldAtStart()).toContain(why);
  });
});

const cutOff: Override = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('{"issuer":');
  setImmediate(() => response.destroy());
  return true;
};

describe('answers', () => {
  const nested = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  const bodies: [string, Override][] = [
    ['not JSON', says(200, '<html>')],
    ['empty', says(200, '')],
    ['a list', says(200, '[]')],
    ['null', says(200, 'null')],
    ['nested', says(200, nested)],
    ['prototype keys', says(200, '{"__proto__":{"issuer":"x","token_endpoint":"y"},"constructor":{"prototype":{"polluted":1}}}')],
    ['an error', says(500, 'no')],
    ['a redirect', says(302, '', { location: 'https://169.254.169.254/' })],
    ['more than a quarter of a MiB', says(200, `{"pad":"${'x'.repeat(300_000)}"}`)],
    ['cut off', cutOff],
  ];
  const places = [as, resource, '/register'];
  test.each(places.flatMap((place) => bodies.map(([name, body]) => [place, name, body] as const)))(
    'of %s: %s',
    async (place, _name, body) => {
      (place === resource ? server : authority).overrides.set(place, body);
      expect(await toldAtStart()).toMatch(/^Not authorised: .{20,}\.$/);
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    },
  );

  test.each(bodies)('of /token: %s', async (_name, body) => {
    expect(await toldAtToken(body)).toMatch(/^Not authorised: .{20,}\.$/);
  });

  const token = { access_token: 'a', token_type: 'Bearer' };
  test.each<[string, object]>([
    ['no token', { token_type: 'Bearer' }],
    ['an empty one', { ...token, access_token: '' }],
    ['a line break in it', { ...token, access_token: 'a\r\nx-evil: 1' }],
    ['a token that is no text', { ...token, access_token: { toString: 'a' } }],
    ['another type', { ...token, token_type: 'mac' }],
    ['an error beside a token', { error: 'access_denied' }],
    ['a huge one', { ...token, access_token: 'a'.repeat(20_000) }],
    ['a negative lifetime', { ...token, expires_in: -1 }],
  ])('a token answer with %s', async (_name, body) => {
    expect(await toldAtToken(says(200, JSON.stringify(body)))).toMatch(/^Not authorised: .{20,}\.$/);
  });

  test('a token endpoint that redirects: the code goes no further', async () => {
    let followed = 0;
    authority.overrides.set('/elsewhere', () => {
      followed += 1;
      return false;
    });
    for (const status of [301, 302, 303, 307, 308]) {
      expect(await toldAtToken(says(status, '', { location: `${authority.url}/elsewhere` }))).toContain('redirect');
      authority.overrides.delete('/token');
    }
    expect(followed).toBe(0);
  });
});

describe('a server of 2025-03-26, which names no authorisation server', () => {
  const none = says(404, '');
  const metadata = (changes: object) =>
    says(
      200,
      JSON.stringify({
        issuer: server.url,
        authorization_endpoint: `${server.url}/authorize`,
        token_endpoint: `${server.url}/token`,
        registration_endpoint: `${authority.url}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        ...changes,
      }),
    );
  const begin = async (changes: object): Promise<Answer> => {
    server.challenge = 'Bearer';
    server.overrides.set(resource, none);
    server.overrides.set(as, metadata(changes));
    const person = await api.person();
    return started(person, await made(person, server.mcpUrl));
  };

  test('speaks for its own origin, under a longer name too', async () => {
    expect((await begin({})).body).toMatchObject({ issuer: server.url });
    expect((await begin({ issuer: `${server.url}/oauth` })).body).toMatchObject({ issuer: `${server.url}/oauth` });
  });

  test.each(['https://login.example.com', 'not an address'])('and for nobody else: %s', async (issuer) => {
    const answer = await begin({ issuer });
    expect([answer.status, message(answer)]).toEqual([400, expect.stringContaining('speaks for another issuer')]);
  });
});

test('metadata in order but for its size is refused for its size', async () => {
  authority.metadata = { pad: 'x'.repeat(300_000) };
  expect(await toldAtStart()).toContain('more than 262144 bytes');
});

test('a server that never comes to an end is given up in time', async () => {
  // 10 s for a step, shrunk to 300 ms.
  await api.settings({ ...allowed, TIME_SCALE: '0.03' });
  const drip: Override = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    while (!response.destroyed) {
      response.write(' ');
      await sleep(20);
    }
    return true;
  };
  const silent: Override = () => true;
  for (const body of [drip, silent]) {
    authority.overrides.set(as, body);
    const before = performance.now();
    expect(await toldAtStart()).toContain('in time');
    expect(performance.now() - before).toBeLessThan(5_000);
  }
  await api.settings(allowed);
});

test('an absurd lifetime is cut to a year, and none is taken as unknown', async () => {
  const person = await api.person();
  const shown = async (lifetime: number | undefined): Promise<unknown> => {
    authority.lifetime = lifetime;
    const connectionId = await made(person, server.mcpUrl);
    const { body } = await finished(person, await broughtBack(world, person, connectionId));
    return Object(body['oauth'])['expiresAt'];
  };
  expect(new Date(String(await shown(1e300))).getFullYear() - new Date().getFullYear()).toBeLessThanOrEqual(1);
  expect(await shown(undefined)).toBeNull();
  authority.lifetime = 3600;
});

test('what waits in Redis is sealed, and waits for 15 minutes', async () => {
  const person = await api.person();
  const { body } = await started(person, await made(person, server.mcpUrl));
  const state = new URL(String(body['authorizationUrl'])).searchParams.get('state') ?? '';
  const key = keys.oauthFlow(createHash('sha256').update(state).digest('base64url'));
  const held = await (await cache()).get(key);
  const plain = Buffer.from(held ?? '', 'base64').toString('latin1');
  expect(plain.length).toBeGreaterThan(500);
  for (const word of ['codeVerifier', person.principal.userId, authority.url, state]) expect(plain).not.toContain(word);
  const seconds = Number(
    await (await cache()).run({ name: 'ttlofflow', keys: 1, lua: "return redis.call('TTL', KEYS[1])" }, [key], []),
  );
  expect([seconds > 840, seconds <= 900]).toEqual([true, true]);
});
