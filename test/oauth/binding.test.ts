/** Who may finish an authorisation: the person who began it, once, with an answer of the server where it began. */
import { describe, expect, test } from 'vitest';
import { accessOf } from './access.ts';
import { broughtBack, finished, made, oauthWorld, paramsOf, started } from './world.ts';

const world = await oauthWorld();
const { api, authority, server } = world;

const refusal = (problem: string) => ({
  status: 400,
  body: { error: { details: { problem }, message: expect.stringMatching(/^Not authorised: .{20,}\.$/) } },
});
const granted = (connectionId: string) => api.store.sql('SELECT 1 FROM "OAuthGrant" WHERE "connectionId" = $1', [connectionId]);

async function begun() {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  return { person, connectionId, back: await broughtBack(world, person, connectionId) };
}

describe('state', () => {
  test('is good once', async () => {
    const { person, back } = await begun();
    expect((await finished(person, back)).status).toBe(200);
    expect(await finished(person, back)).toMatchObject(refusal('state'));
    expect(await person.ask('GET /oauth/callback', { query: new URLSearchParams(back).toString() })).toMatchObject(
      refusal('state'),
    );
  });

  test('brought ten times at once is taken once, and the code is sent once', async () => {
    const { person, connectionId, back } = await begun();
    const before = authority.seen.tokenRequests.length;
    const answers = await Promise.all(Array.from({ length: 10 }, () => finished(person, back)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)]);
    expect(authority.seen.tokenRequests).toHaveLength(before + 1);
    expect(await granted(connectionId)).toHaveLength(1);
  });

  test.each(['x'.repeat(43), 'short', `${'x'.repeat(42)}<`, ''])(
    'that is not ours (%j) is refused and not repeated',
    async (state) => {
      const person = await api.person();
      const query = new URLSearchParams({
        state,
        code: '<script>alert(1)</script>',
        error_description: '<img src=x>',
      }).toString();
      for (const answer of [await finished(person, { state, code: 'c' }), await person.ask('GET /oauth/callback', { query })]) {
        expect([answer.status, answer.headers['content-type'], answer.headers['location']]).toEqual([
          400,
          'application/json',
          undefined,
        ]);
        expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
        expect(answer.text).not.toContain('<');
      }
    },
  );
});

describe('two people', () => {
  test('what a victim granted under an attacker’s link ends up nowhere, and ends the attacker’s flow', async () => {
    const mallory = await begun();
    const vic = await api.person();
    // Mallory's link, opened and agreed to by Vic, whose console then finishes it as Vic.
    expect(await finished(vic, mallory.back)).toMatchObject(refusal('state'));
    expect(await finished(mallory.person, mallory.back)).toMatchObject(refusal('state'));
    expect(await granted(mallory.connectionId)).toEqual([]);
  });

  test('an attacker’s code in a victim’s flow is no good: it was asked for with another challenge', async () => {
    const vic = await begun();
    const mallory = await begun();
    const answer = await finished(vic.person, { ...vic.back, code: String(mallory.back['code']) });
    expect(answer).toMatchObject(refusal('exchange'));
    expect(await granted(vic.connectionId)).toEqual([]);
  });

  test('an attacker with the victim’s whole answer can neither finish it nor learn what it is for', async () => {
    const vic = await begun();
    const mallory = await api.person();
    const answer = await finished(mallory, vic.back);
    expect(answer).toMatchObject(refusal('state'));
    expect(answer.text).not.toContain(vic.connectionId);
    expect(await granted(vic.connectionId)).toEqual([]);
  });
});

describe('the answer of another server', () => {
  test.each([
    ['another issuer', (back: Record<string, string>) => ({ ...back, iss: 'https://evil.example' })],
    ['the issuer with a slash', (back: Record<string, string>) => ({ ...back, iss: `${back['iss']}/` })],
    ['no issuer though it promises one', ({ iss: _iss, ...back }: Record<string, string>) => back],
    [
      'an error under no issuer',
      ({ iss: _iss, code: _code, ...back }: Record<string, string>) => ({ ...back, error: 'access_denied' }),
    ],
    [
      'an error under another issuer',
      ({ code: _code, ...back }: Record<string, string>) => ({ ...back, iss: 'https://evil.example', error: 'access_denied' }),
    ],
  ])('%s: refused before the code is sent anywhere', async (_name, change) => {
    const { person, connectionId, back } = await begun();
    const before = authority.seen.tokenRequests.length;
    expect(await finished(person, change(back))).toMatchObject(refusal('issuer'));
    expect(authority.seen.tokenRequests).toHaveLength(before);
    expect(await granted(connectionId)).toEqual([]);
  });
});

test('a server that promises no issuer may leave it out, and may not give another', async () => {
  authority.metadata = { authorization_response_iss_parameter_supported: undefined };
  const [left, given] = [await begun(), await begun()];
  authority.metadata = {};
  const { iss: _iss, ...without } = left.back;
  expect((await finished(left.person, without)).status).toBe(200);
  expect(await finished(given.person, { ...given.back, iss: 'https://evil.example' })).toMatchObject(refusal('issuer'));
});

test.each([
  ['access_denied', 'access_denied'],
  ['<b>Click https://evil.example</b>', 'an error'],
])('an error (%s) is told as %s, without the words of a stranger', async (error, told) => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const { body } = await started(person, connectionId);
  const { state = '' } = paramsOf(new URL(String(body['authorizationUrl'])));
  const answer = await finished(person, { state, iss: authority.url, error });
  expect(answer).toMatchObject(refusal('denied'));
  expect(answer.text).toContain(`(${told})`);
  expect(answer.text).not.toContain('evil');
});

test('a connection that was changed, or deleted, while its person signed in gets nothing', async () => {
  const changed = await begun();
  const { connectionId } = changed;
  await changed.person.ask('PATCH /connections/{connectionId}', {
    params: { connectionId },
    body: { url: `${server.url}/elsewhere` },
  });
  const before = authority.seen.tokenRequests.length;
  expect(await finished(changed.person, changed.back)).toMatchObject(refusal('state'));
  expect(authority.seen.tokenRequests).toHaveLength(before);
  expect(await granted(connectionId)).toEqual([]);

  const gone = await begun();
  await gone.person.ask('DELETE /connections/{connectionId}', { params: { connectionId: gone.connectionId } });
  expect(await finished(gone.person, gone.back)).toMatchObject({ status: 404 });
});

test.each([
  'https://evil.example/',
  'http://localhost:7999/',
  'http://127.0.0.1.evil.example/',
  'http://u:p@127.0.0.1/',
  'javascript:alert(1)',
])('a flow does not return to %s', async (returnTo) => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const answer = await person.ask('POST /connections/{connectionId}/oauth', { params: { connectionId }, body: { returnTo } });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('body.returnTo')]);
});

test('it returns to the console unless told otherwise, and says so where there is none', async () => {
  const person = await api.person();
  const connectionId = await made(person, server.mcpUrl);
  const begin = () => person.ask('POST /connections/{connectionId}/oauth', { params: { connectionId }, body: {} });
  expect(await begin()).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('no console') } } });
  await api.settings({ LOOPBACK_ORIGINS: `${server.url},${authority.url}`, ALLOWED_ORIGINS: 'https://console.example' });
  const callback = await authority.agree(String((await begin()).body['authorizationUrl']));
  const { headers } = await person.ask('GET /oauth/callback', { query: callback.search.slice(1) });
  expect(String(headers['location'])).toMatch(/^https:\/\/console\.example\/oauth\/callback\?state=/);
});

test('tokens of one person’s connection open for nobody else', async () => {
  const { person, connectionId, back } = await begun();
  await finished(person, back);
  await expect(accessOf(await api.person(), connectionId)).rejects.toThrow('there is no such connection');
});
