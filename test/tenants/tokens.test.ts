/** Every forged token at every function, and good ones shown where no token belongs. */
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { httpRoutes } from '../../infra/routes.ts';
import { forgedTokens } from '../../lib/auth/testing.ts';
import { type Edge, startEdge } from '../../local/gateway/testing.ts';
import { declaredRoutes } from '../api/routes.ts';

const open = new Set((await declaredRoutes()).filter(({ route }) => route.auth === 'none').map(({ key }) => key));
/** One of each function that asks for a token: they share one authenticator, and each is deployed with its own copy of it. */
const entries = [
  ...new Map(
    httpRoutes.filter(({ method, path }) => !open.has(`${method} ${path}`)).map((route) => [route.function, route]),
  ).values(),
];

let edge: Edge;
let good: string;
let corpus: Awaited<ReturnType<typeof forgedTokens>>;
beforeAll(async () => {
  edge = await startEdge();
  await edge.settings({ REQUESTS_PER_MINUTE: '100000' });
  [good, corpus] = await Promise.all([edge.authority.token(), forgedTokens(edge.authority)]);
});
afterAll(() => edge.stop());

const urlOf = (path: string): string => `${edge.gateway.url}${path.replace(/\{\w+\}/g, '88888888-8888-4888-8888-888888888888')}`;

describe.each(entries)('$function, by $method $path', ({ method, path }) => {
  const status = async (headers: Record<string, string>): Promise<number> => {
    const body = method === 'GET' ? {} : { body: '{}', headers: { ...headers, 'content-type': 'application/json' } };
    const answer = await fetch(urlOf(path), { method, headers, ...body });
    await answer.arrayBuffer();
    return answer.status;
  };

  test('refuses every forged token', async () => {
    const outcomes = await Promise.all(
      corpus.map(async ([name, token]) => `${name}: ${await status({ authorization: `Bearer ${token}` })}`),
    );
    expect(outcomes).toEqual(corpus.map(([name]) => `${name}: 401`));
  });

  test('lets a good one in', async () => {
    expect(await status({ authorization: `Bearer ${good}` })).not.toBe(401);
  });
});

describe('a good token', () => {
  const { method, path } = entries[0] ?? { method: 'GET', path: '/' };

  test.each<[string, () => { query?: string; headers?: [string, string][] }]>([
    ['in the query', () => ({ query: `?access_token=${good}&token=${good}&authorization=Bearer%20${good}` })],
    ['in a cookie', () => ({ headers: [['cookie', `sb-access-token=${good}; authorization=Bearer ${good}`]] })],
    [
      'in headers of other names',
      () => ({
        headers: ['x-authorization', 'proxy-authorization', 'x-amz-security-token', 'apikey'].map((name) => [
          name,
          `Bearer ${good}`,
        ]),
      }),
    ],
    ['under another scheme', () => ({ headers: [['authorization', `Basic ${good}`]] })],
    ['without a scheme', () => ({ headers: [['authorization', good]] })],
    ['beside another, in one header', () => ({ headers: [['authorization', `Bearer ${good}, Bearer ${good}`]] })],
    [
      'beside another, in two headers',
      () => ({
        headers: [
          ['authorization', `Bearer ${good}`],
          ['authorization', `Bearer ${corpus[6]?.[1]}`],
        ],
      }),
    ],
    ['with something behind it', () => ({ headers: [['authorization', `Bearer ${good} x`]] })],
  ])('%s is none', async (_name, shown) => {
    const { query = '', headers = [] } = shown();
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${urlOf(path)}${query}`, { method }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      // Names in turn, so that one may come twice.
      for (const name of new Set(headers.map(([each]) => each)))
        asked.setHeader(
          name,
          headers.filter(([each]) => each === name).map(([, value]) => value),
        );
      asked.on('error', reject);
      asked.end();
    });
    expect(status).toBe(401);
  });

  test.each([
    ['a header', () => ({ headers: { authorization: `Bearer ${good}` } })],
    ['a cookie', () => ({ headers: { cookie: `sb-access-token=${good}` } })],
    ['the query', () => ({ query: `?access_token=${good}&authorization=Bearer%20${good}` })],
    ['a subprotocol', () => ({ protocols: ['bearer', good] })],
  ])('opens no socket in %s, where a ticket belongs', async (_name, shown) => {
    const {
      headers = {},
      query = '',
      protocols = [],
    }: { headers?: Record<string, string>; query?: string; protocols?: string[] } = shown();
    const socket = new WebSocket(`${edge.gateway.webSocketUrl}/${query}`, protocols, { headers });
    socket.on('error', () => undefined);
    const [, answer] = await once(socket, 'unexpected-response');
    expect(Reflect.get(answer, 'statusCode')).toBe(401);
  });
});
