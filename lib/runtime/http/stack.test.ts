import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { errorNames } from '../../contract/errors.ts';
import { ApiError } from '../errors.ts';
import { apiEvent, memoryLogger } from '../testing.ts';
import { type Route, route } from './route.ts';
import { publicHttp } from './stack.ts';
import { ada, bearer, named, stack } from './testing.ts';

const projectId = '22222222-2222-4222-8222-222222222222';

const rename = (handle: () => Promise<{ body: { name: string } }>): Route =>
  route({
    method: 'PATCH',
    path: '/projects/{projectId}',
    auth: 'bearer',
    summary: 'Renames a project.',
    params: z.object({ projectId: z.uuid() }),
    query: z.object({ dry: z.stringbool().optional() }),
    body: z.object({ name: z.string().min(1), tags: z.array(z.string()).optional() }),
    response: z.object({ name: z.string() }),
    handle,
  });

const renamed = rename(async () => ({ body: { name: 'new' } }));
const patch = (body: string, more: object = {}): APIGatewayProxyEventV2 =>
  apiEvent({ routeKey: 'PATCH /projects/{projectId}', headers: bearer, params: { projectId }, body, ...more });

describe('a good request', () => {
  test('reaches its route with parsed input and answers with security headers and the request id', async () => {
    const seen: unknown[] = [];
    const echo = route({
      method: 'PATCH',
      path: '/projects/{projectId}',
      auth: 'bearer',
      summary: 'Echoes.',
      params: z.object({ projectId: z.uuid() }),
      query: z.object({ limit: z.coerce.number() }),
      body: z.object({ name: z.string() }),
      response: z.object({ ok: z.boolean() }),
      handle: async ({ principal, params, query, body, requestId, signal }) => {
        seen.push(principal, params, query, body, requestId, signal.aborted);
        return { body: { ok: true } };
      },
    });
    const answer = await stack([echo]).call(patch('{"name":"a","extra":1}', { query: 'limit=5' }));
    expect(seen).toEqual([ada, { projectId }, { limit: 5 }, { name: 'a' }, 'request-1', false]);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-request-id': 'request-1',
    });
  });

  test('a redirect is a 303 with the location and no body', async () => {
    const away = route({
      method: 'GET',
      path: '/r',
      auth: 'none',
      summary: 'r',
      response: z.undefined(),
      handle: async () => ({ redirect: 'https://s3/x' }),
    });
    const answer = await stack([away]).call(apiEvent({ routeKey: 'GET /r' }));
    expect(answer).toMatchObject({ status: 303, headers: { location: 'https://s3/x' }, body: {} });
  });

  test('what the response schema does not declare does not leave', async () => {
    const leaky = rename(async () => ({ body: Object.assign({ name: 'new' }, { sealed: 'canary' }) }));
    expect((await stack([leaky]).call(patch('{"name":"a"}'))).body).toEqual({ name: 'new' });
  });
});

describe('a request that is refused', () => {
  test.each([
    ['no token', {}],
    ['another scheme', { authorization: 'Basic Z29vZA==' }],
    ['a bad token', { authorization: 'Bearer bad' }],
    ['two tokens', { authorization: 'Bearer good good' }],
  ])('%s: 401 with a challenge', async (_name, headers) => {
    const answer = await stack([renamed]).call(patch('{"name":"a"}', { headers }));
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { error: { code: 'UNAUTHENTICATED', requestId: 'request-1' } },
    });
  });

  test.each([
    ['/projects', 404, 'NOT_FOUND'],
    ['/nowhere', 404, 'NOT_FOUND'],
    ['/projects/', 404, 'NOT_FOUND'],
    [`/projects/${projectId}`, 405, 'METHOD_NOT_ALLOWED'],
  ])('%s, unmatched by API Gateway: %i', async (path, status, code) => {
    expect(await stack([renamed]).call(apiEvent({ routeKey: '$default', path }))).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  test.each([
    ['{"name":', 1, 9],
    ['{"name": "a",}', 1, 14],
    ['{\n"name": nope}', 2, 9],
  ])('%j is not JSON: 400 with the position', async (body, line, column) => {
    const answer = await stack([renamed]).call(patch(body));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BAD_REQUEST', details: { line, column } } } });
    expect(answer.body.error?.message).toContain(`line ${line}, column ${column}`);
  });

  test('every wrong field is named', async () => {
    const answer = await stack([renamed]).call(
      patch('{"name":"","tags":["a",1]}', { params: { projectId: 'x' }, query: 'dry=perhaps' }),
    );
    expect(answer.status).toBe(400);
    const details = z.array(z.object({ field: z.string() })).parse(answer.body.error?.details);
    expect(details.map(({ field }) => field)).toEqual(['params.projectId', 'query.dry', 'body.name', 'body.tags.1']);
  });

  test.each([undefined, 'null', '[]', '"x"'])('a body of %j where an object is due: 400 naming body', async (body) => {
    const event = patch('');
    const answer = await stack([renamed]).call(body === undefined ? event : { ...event, body });
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(/^body: /) } } });
  });

  test('a query parameter given twice: 400', async () => {
    expect(await stack([renamed]).call(patch('{"name":"a"}', { query: 'dry=true&dry=false' }))).toMatchObject({ status: 400 });
  });

  test('`__proto__` in query and body is data, not a prototype', async () => {
    const answer = await stack([renamed]).call(patch('{"name":"a","__proto__":{"polluted":true}}', { query: '__proto__=x' }));
    expect(answer.status).toBe(200);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test.each([
    ['as text', (text: string) => ({ body: text })],
    ['in base64', (text: string) => ({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true })],
  ])('a body over 1 MiB %s: 413, one of exactly 1 MiB is read', async (_name, encode) => {
    const exactly = JSON.stringify({ name: 'a'.repeat(1024 * 1024 - 11) });
    expect(Buffer.byteLength(exactly)).toBe(1024 * 1024);
    expect(await stack([renamed]).call({ ...patch(''), ...encode(exactly) })).toMatchObject({ status: 200 });
    expect(await stack([renamed]).call({ ...patch(''), ...encode(`${exactly} `) })).toMatchObject({
      status: 413,
      body: { error: { code: 'PAYLOAD_TOO_LARGE' } },
    });
  });

  test('over the limit: 429 that says when to come back', async () => {
    const { call } = stack([renamed], { takeRequest: async () => ({ allowed: false, retryAfterSeconds: 7 }) });
    const answer = await call(patch('{"name":"a"}'));
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { error: { code: 'RATE_LIMITED', details: { retryAfterSeconds: 7 } } },
    });
  });

  test('with an error of the handler: its code, message and details', async () => {
    const taken = rename(async () => Promise.reject(new ApiError('CONFLICT', 'This name is taken.', { field: 'name' })));
    const answer = await stack([taken]).call(patch('{"name":"a"}'));
    expect(answer).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT', message: 'This name is taken.', details: { field: 'name' } } },
    });
  });
});

test("a cursor of another list is the caller's mistake: 400", async () => {
  const lost = rename(async () => Promise.reject(named('InvalidCursor')));
  expect(await stack([lost]).call(patch('{"name":"a"}'))).toMatchObject({
    status: 400,
    body: { error: { code: 'BAD_REQUEST' } },
  });
});

describe('a request that fails', () => {
  test('says nothing of the cause and logs its name and place', async () => {
    const broken = rename(async () => Promise.reject(new TypeError('canary: password=hunter2')));
    const { call, logger } = stack([broken]);
    const answer = await call(patch('{"name":"a"}'));
    expect(answer).toMatchObject({ status: 500, body: { error: { code: 'INTERNAL', requestId: 'request-1' } } });
    expect(JSON.stringify(answer)).not.toContain('canary');
    expect(logger.lines.at(-1)).toMatchObject({
      level: 'error',
      status: 500,
      error: expect.objectContaining({ name: 'TypeError' }),
    });
  });

  test('with an answer that does not fit its schema: 500, and nothing of the answer is sent', async () => {
    const wrong = rename(async () => ({ body: Object.assign({ name: '' }, { name: 5, secret: 'canary' }) }));
    const answer = await stack([wrong]).call(patch('{"name":"a"}'));
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('canary');
  });

  test.each([errorNames.transient, errorNames.deadline, 'CacheUnavailable', 'KeysUnavailable', 'AbortError'])(
    'because of %s: 503 with Retry-After',
    async (name) => {
      const broken = rename(async () => Promise.reject(named(name)));
      const answer = await stack([broken]).call(patch('{"name":"a"}'));
      expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { error: { code: 'UNAVAILABLE' } } });
      expect(JSON.stringify(answer)).not.toContain('canary');
    },
  );

  test('because it ran out of time: the signal aborts, and the answer is a 503', async () => {
    const slow = rename(
      () =>
        new Promise((_resolve, reject) => {
          pending = reject;
        }),
    );
    let pending: (reason: unknown) => void = () => {};
    const heedful = route({
      method: 'GET',
      path: '/slow',
      auth: 'none',
      summary: 's',
      response: z.undefined(),
      handle: ({ signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    expect(await stack([heedful]).call(apiEvent({ routeKey: 'GET /slow' }), 100)).toMatchObject({ status: 503 });
    // One that heeds nothing is cut off before Lambda would kill it.
    expect(await stack([slow]).call(patch('{"name":"a"}'), 100)).toMatchObject({ status: 503 });
    pending(new Error('too late'));
  });
});

test('publicHttp refuses to serve a route that needs a token', () => {
  expect(() => publicHttp([renamed], () => memoryLogger())).toThrow('is not public');
});
