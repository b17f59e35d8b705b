/** The real handlers through the real gateway: nobody gets in without a good token or an unused ticket. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { forgedTokens, nowSeconds, someone } from '../../lib/auth/testing.ts';
import { openCache } from '../../lib/cache/cache.ts';
import { issueTicket } from '../../lib/cache/tickets.ts';
import { type ServerMessage, serverMessage } from '../../lib/contract/events.ts';
import { type Edge, startEdge } from './testing.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const call = (path: string, init: RequestInit = {}) => fetch(`${edge.gateway.url}${path}`, init);

async function ticketFor(token: string): Promise<string> {
  const response = await call('/ws-tickets', { method: 'POST', headers: bearer(token) });
  expect(response.status).toBe(201);
  return z.object({ ticket: z.string(), expiresInSeconds: z.literal(60) }).parse(await response.json()).ticket;
}

/** 101 when it opened. */
async function connect(query: string, headers: Record<string, string> = {}): Promise<{ status: number; socket: WebSocket }> {
  const socket = new WebSocket(`${edge.gateway.webSocketUrl}/${query}`, { headers });
  socket.on('error', () => {});
  const status = await new Promise<number>((resolve) => {
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
  return { status, socket };
}
const statusOf = async (query: string, headers: Record<string, string> = {}): Promise<number> => {
  const { status, socket } = await connect(query, headers);
  socket.terminate();
  return status;
};

async function say(socket: WebSocket, action: object): Promise<ServerMessage> {
  const answer = once(socket, 'message');
  socket.send(JSON.stringify(action));
  const [data] = await answer;
  return serverMessage.parse(JSON.parse(String(data)));
}

test('health answers with the version, without a token', async () => {
  const response = await call('/health');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
});

describe('a token', () => {
  test('no forged one is accepted, by any route or as a ticket', async () => {
    const corpus = await forgedTokens(edge.authority);
    const outcomes: string[] = [];
    for (const [name, token] of corpus) {
      // What cannot be a header value cannot reach the server either.
      const http = await call('/ws-tickets', { method: 'POST', headers: bearer(token) });
      outcomes.push(`${name}: ${http.status} ${await statusOf(`?ticket=${encodeURIComponent(token.slice(0, 8000))}`)}`);
    }
    expect(outcomes).toEqual(corpus.map(([name]) => `${name}: 401 401`));
  });

  test('a good one is no ticket: it would end up in access logs', async () => {
    expect(await statusOf(`?ticket=${await edge.authority.token()}`)).toBe(401);
  });
});

describe('a ticket', () => {
  test('opens one socket, whose messages are answered', async () => {
    const ticket = await ticketFor(await edge.authority.token());
    const { status, socket } = await connect(`?ticket=${ticket}`, { origin: edge.origin });
    expect(status).toBe(101);
    expect(await say(socket, { action: 'ping', requestId: 'q' })).toEqual({ v: 1, kind: 'pong', requestId: 'q' });
    socket.close();
  });

  test.each([
    ['none', async () => '', {}, 401],
    ['an empty one', async () => '?ticket=', {}, 401],
    ['an invented one', async () => `?ticket=${'A'.repeat(43)}`, {}, 401],
    ['one that was used', async () => used(), {}, 401],
    ['a good one from a page of ours', async () => fresh(), { origin: 'http://localhost:5173' }, 101],
    ['a good one from a program, which has no origin', async () => fresh(), {}, 101],
    ['a good one from a foreign page', async () => fresh(), { origin: 'https://evil.example' }, 403],
    [
      'a good one from an origin that only starts alike',
      async () => fresh(),
      { origin: 'http://localhost:5173.evil.example' },
      403,
    ],
    ['a good one from a sandboxed page', async () => fresh(), { origin: 'null' }, 403],
  ])('%s', async (_name, query, headers, status) => {
    expect(await statusOf(await query(), headers)).toBe(status);
  });

  const fresh = async () => `?ticket=${await ticketFor(await edge.authority.token())}`;
  const used = async () => {
    const query = await fresh();
    expect(await statusOf(query)).toBe(101);
    return query;
  };

  test('shown by a foreign page first is still good for its owner', async () => {
    const query = await fresh();
    expect(await statusOf(query, { origin: 'https://evil.example' })).toBe(403);
    expect(await statusOf(query)).toBe(101);
  });

  test('shown ten times at once opens one socket', async () => {
    const query = await fresh();
    const statuses = await Promise.all(Array.from({ length: 10 }, () => statusOf(query)));
    expect(statuses.filter((status) => status === 101)).toHaveLength(1);
  });

  test('is no good after its minute', async () => {
    const { Redis } = await import('ioredis');
    const redis = new Redis(edge.redis.url);
    const query = await fresh();
    // As if the minute had passed: the store forgets it.
    const keys = (await redis.keys('*')).filter((key) => key.includes('ticket'));
    expect(keys).not.toEqual([]);
    await Promise.all(keys.map((key) => redis.pexpire(key, 1)));
    await vi.waitFor(async () => expect(await redis.exists(...keys)).toBe(0));
    expect(await statusOf(query)).toBe(401);
    redis.disconnect();
  });

  test('of a person whose token has expired since opens nothing', async () => {
    const cache = openCache({ url: edge.redis.url, cluster: false });
    const { ticket } = await issueTicket(cache, { userId: someone, email: null, expiresAt: nowSeconds() - 1 });
    expect(await statusOf(`?ticket=${ticket}`)).toBe(401);
    await cache.close();
  });
});

describe('an open socket', () => {
  test('is closed at the first message after its token has expired', async () => {
    // The leeway of five seconds is for clocks, not for sockets.
    const token = await edge.authority.token({ exp: nowSeconds() + 1 });
    const { status, socket } = await connect(`?ticket=${await ticketFor(token)}`);
    expect(status).toBe(101);
    await vi.waitUntil(() => expired(token), { timeout: 3_000, interval: 50 });
    const closed = once(socket, 'close');
    expect(await say(socket, { action: 'ping', requestId: 'q' })).toMatchObject({
      kind: 'error',
      code: 'UNAUTHENTICATED',
      requestId: 'q',
    });
    await closed;
  });

  test("gets an error for a run that is not its owner's, and no frame of it", async () => {
    const { socket } = await connect(`?ticket=${await ticketFor(await edge.authority.token())}`);
    const runId = '99999999-9999-4999-8999-999999999999';
    expect(await say(socket, { action: 'subscribe', runId, requestId: 'q' })).toMatchObject({
      kind: 'error',
      code: 'NOT_FOUND',
      requestId: 'q',
    });
    expect(await say(socket, { action: 'cancel', runId, requestId: 'r' })).toMatchObject({
      kind: 'error',
      code: 'NOT_FOUND',
      requestId: 'r',
    });
    socket.close();
  });

  test('is limited in what it may say, apart from the API', async () => {
    await edge.settings({ REQUESTS_PER_MINUTE: '3' });
    const token = await edge.authority.token({ sub: '55555555-5555-4555-8555-555555555555' });
    const { socket } = await connect(`?ticket=${await ticketFor(token)}`);
    const kinds: string[] = [];
    for (let count = 0; count < 5; count += 1) kinds.push((await say(socket, { action: 'ping' })).kind);
    expect(kinds).toEqual(['pong', 'pong', 'pong', 'error', 'error']);
    socket.close();
    await edge.settings({});
  });
});

const expired = (token: string): boolean => {
  const [, payload = ''] = token.split('.');
  const { exp } = z.object({ exp: z.number() }).parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  return exp * 1000 <= Date.now();
};

test('over its limit a person gets 429 with Retry-After, another person does not', async () => {
  await edge.settings({ REQUESTS_PER_MINUTE: '5' });
  const token = await edge.authority.token({ sub: '66666666-6666-4666-8666-666666666666' });
  const responses = await Promise.all(
    Array.from({ length: 12 }, () => call('/ws-tickets', { method: 'POST', headers: bearer(token) })),
  );
  const statuses = responses.map(({ status }) => status);
  expect([statuses.filter((status) => status === 201).length, statuses.filter((status) => status === 429).length]).toEqual([
    5, 7,
  ]);
  const limited = responses.find(({ status }) => status === 429);
  expect(Number(limited?.headers.get('retry-after'))).toBeGreaterThan(0);
  const other = await edge.authority.token({ sub: '77777777-7777-4777-8777-777777777777' });
  expect((await call('/ws-tickets', { method: 'POST', headers: bearer(other) })).status).toBe(201);
  await edge.settings({});
});

test('no request, however odd, is answered with a failure of ours', async () => {
  const token = await edge.authority.token({ sub: 'aaaaaaaa-6666-4666-8666-666666666666' });
  await edge.settings({ REQUESTS_PER_MINUTE: '100000' });
  const { hostname, port } = new URL(edge.gateway.url);
  const segment = fc.oneof(
    fc.constantFrom('ws-tickets', 'health', '..', '%00', '%zz', '', '@connections', '{runId}'),
    fc.stringMatching(/^[!-~]{1,12}$/),
  );
  const odd = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'),
    path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.join('/')}`.replace(/#/g, '')),
    query: fc.stringMatching(/^[!-~]{0,20}$/).map((text) => text.replace(/#/g, '')),
    type: fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', 'application/octet-stream', ''),
    key: fc.stringMatching(/^[ -~]{0,20}$/),
    body: fc.oneof(fc.json(), fc.string()),
  });
  await fc.assert(
    fc.asyncProperty(odd, async ({ method, path, query, type, key, body }) => {
      const headers = {
        ...bearer(token),
        'content-type': type,
        'idempotency-key': key,
        'content-length': Buffer.byteLength(body),
      };
      const status = await new Promise<number>((resolve, reject) => {
        const asked = request({ hostname, port, method, path: `${path}?${query}`, headers, agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        asked.on('error', reject);
        asked.end(body);
      });
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 300 },
  );
  await edge.settings({});
});

test('no token and no ticket is in the log', async () => {
  const token = await edge.authority.token();
  const ticket = await ticketFor(token);
  await statusOf(`?ticket=${ticket}`);
  const log = await vi.waitFor(async () => {
    const text = await readFile(edge.logFile, 'utf8');
    expect(text).toContain('ws/connect');
    return text;
  });
  for (const secret of [token, token.split('.')[2] ?? '', ticket]) expect(log).not.toContain(secret);
});
