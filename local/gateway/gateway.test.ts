import { once } from 'node:events';
import { request } from 'node:http';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { type Gateway, startGateway } from './gateway.ts';

const origin = 'http://localhost:5173';
const credentials = { accessKeyId: 'loopback', secretAccessKey: '0123456789abcdef' };
const socketEvent = z.object({
  requestContext: z.object({ connectionId: z.string(), routeKey: z.string(), eventType: z.string() }),
  headers: z.record(z.string(), z.string()).optional(),
  queryStringParameters: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
});

let gateway: Gateway;
let answer: (event: unknown) => unknown = () => ({ statusCode: 200, body: 'ok' });
let sockets: z.infer<typeof socketEvent>[] = [];
const opened: WebSocket[] = [];

beforeAll(async () => {
  gateway = await startGateway({
    routes: [
      { method: 'GET', path: '/echo/{id}', functionPath: 'api/echo' },
      { method: 'POST', path: '/echo/{id}', functionPath: 'api/echo' },
    ],
    sockets: { $connect: 'ws/connect', $disconnect: 'ws/disconnect', $default: 'ws/message' },
    invoke: async (functionPath, payload) => {
      if (functionPath === 'api/echo') return answer(payload);
      const event = socketEvent.parse(payload);
      sockets.push(event);
      return { statusCode: event.queryStringParameters?.['ticket'] === 'bad' ? 401 : 200 };
    },
    credentials,
    allowedOrigins: [origin],
    limits: { idleMs: 60_000 },
  });
});
afterEach(() => {
  answer = () => ({ statusCode: 200, body: 'ok' });
  sockets = [];
  for (const socket of opened.splice(0)) socket.terminate();
});
afterAll(() => gateway.stop());

describe('HTTP', () => {
  test('a function answers with status, headers, cookies and body', async () => {
    answer = () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'X-Request-Id': 'r' },
      cookies: ['a=1', 'b=2'],
      body: '{"a":1}',
    });
    const response = await fetch(`${gateway.url}/echo/1`);
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ a: 1 });
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-request-id')).toBe('r');
  });

  test('a binary answer is decoded', async () => {
    answer = () => ({ statusCode: 200, isBase64Encoded: true, body: Buffer.from([0, 255]).toString('base64') });
    expect(Buffer.from(await (await fetch(`${gateway.url}/echo/1`)).arrayBuffer())).toEqual(Buffer.from([0, 255]));
  });

  test('a result without a status is the JSON body of a 200', async () => {
    answer = () => ({ hello: 'world' });
    expect(await (await fetch(`${gateway.url}/echo/1`)).json()).toEqual({ hello: 'world' });
  });

  test.each([
    ['throws', () => Promise.reject(new Error('canary'))],
    ['answers nonsense', () => ({ statusCode: '200', body: { a: 'canary' } })],
    ['answers more than 6 MB', () => ({ statusCode: 200, body: 'canary'.repeat(1_200_000) })],
  ])('a function that %s is a 500 that says nothing', async (_name, behave) => {
    answer = behave;
    const response = await fetch(`${gateway.url}/echo/1`);
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('a missing route is a 404, a wrong method a 405 with Allow, both in the shape of every error', async () => {
    const missing = await fetch(`${gateway.url}/nowhere`);
    expect([missing.status, await missing.json()]).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
    const wrong = await fetch(`${gateway.url}/echo/1`, { method: 'DELETE' });
    expect(wrong.headers.get('allow')).toBe('GET, POST');
    expect([wrong.status, await wrong.json()]).toMatchObject([405, { error: { code: 'METHOD_NOT_ALLOWED' } }]);
  });

  test('a request over 10 MB is refused without asking a function', async () => {
    answer = () => Promise.reject(new Error('asked'));
    const response = await fetch(`${gateway.url}/echo/1`, { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
  });

  test('an allowed origin gets its CORS headers, another none; preflights ask no function', async () => {
    answer = (event) =>
      z.object({ headers: z.object({ origin: z.string() }) }).safeParse(event).success
        ? { statusCode: 200 }
        : { statusCode: 500 };
    const from = (name: string, method = 'GET') => fetch(`${gateway.url}/echo/1`, { method, headers: { origin: name } });
    expect((await from(origin)).headers.get('access-control-allow-origin')).toBe(origin);
    expect((await from('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const preflight = await from(origin, 'OPTIONS');
    expect([preflight.status, preflight.headers.get('access-control-allow-methods')]).toEqual([204, 'GET,POST,PUT,PATCH,DELETE']);
    expect((await from('https://evil.example', 'OPTIONS')).headers.get('access-control-allow-methods')).toBeNull();
  });

  test('it answers under its own name only, over HTTP and WebSocket (DNS rebinding)', async () => {
    const status = await new Promise((resolve) =>
      request(`${gateway.url}/echo/1`, { headers: { host: 'evil.example' } }, (response) => resolve(response.statusCode)).end(),
    );
    expect(status).toBe(421);
    expect(await refusal({ headers: { host: 'evil.example' } })).toBe(421);
  });
});

function open(options: { query?: string; headers?: Record<string, string> } = {}): WebSocket {
  const socket = new WebSocket(`${gateway.webSocketUrl}/${options.query ?? ''}`, { headers: options.headers ?? {} });
  opened.push(socket);
  return socket;
}
let tickets = 0;
async function connected(): Promise<{ socket: WebSocket; connectionId: string }> {
  tickets += 1;
  const ticket = `good-${tickets}`;
  const socket = open({ query: `?ticket=${ticket}` });
  await once(socket, 'open');
  // By its ticket: the $disconnect of an earlier test's socket may come in between.
  const event = sockets.find(({ queryStringParameters }) => queryStringParameters?.['ticket'] === ticket);
  return { socket, connectionId: event?.requestContext.connectionId ?? '' };
}
async function refusal(options: Parameters<typeof open>[0]): Promise<number | undefined> {
  const socket = open(options);
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  return z.object({ statusCode: z.number() }).parse({ statusCode: Reflect.get(response, 'statusCode') }).statusCode;
}

describe('WebSocket', () => {
  test('$connect carries headers and query, $default the text, $disconnect comes at the end, all with one connection id', async () => {
    const socket = open({ query: '?ticket=t&x=1', headers: { Origin: origin } });
    await once(socket, 'open');
    const id = sockets.find(({ queryStringParameters }) => queryStringParameters?.['x'] === '1')?.requestContext.connectionId;
    const mine = () => sockets.filter(({ requestContext }) => requestContext.connectionId === id);
    socket.send('{"action":"ping"}');
    await vi.waitFor(() => expect(mine()).toHaveLength(2));
    socket.close();
    await vi.waitFor(() => expect(mine()).toHaveLength(3));
    expect(mine().map(({ requestContext }) => [requestContext.routeKey, requestContext.eventType])).toEqual([
      ['$connect', 'CONNECT'],
      ['$default', 'MESSAGE'],
      ['$disconnect', 'DISCONNECT'],
    ]);
    expect(mine()[0]?.queryStringParameters).toEqual({ ticket: 't', x: '1' });
    expect(mine()[0]?.headers).toMatchObject({ Origin: origin });
    expect(mine()[1]?.body).toBe('{"action":"ping"}');
  });

  test('what $connect refuses does not open, with its status', async () => {
    expect(await refusal({ query: '?ticket=bad' })).toBe(401);
  });

  test('a header or parameter called __proto__ is data', async () => {
    const socket = open({ query: '?__proto__=x', headers: { __proto__x: '1', ['__proto__']: '1' } });
    await once(socket, 'open');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  test('a message over 32 KB ends the connection, as on API Gateway', async () => {
    const { socket } = await connected();
    socket.send('x'.repeat(32 * 1024 + 1));
    const [code] = await once(socket, 'close');
    expect(code).toBe(1009);
    expect(sockets.filter(({ requestContext }) => requestContext.eventType === 'MESSAGE')).toHaveLength(0);
  });

  test('a connection that idles too long is ended', async () => {
    const brief = await startGateway({
      routes: [],
      sockets: { $connect: 'ws/connect', $disconnect: 'ws/disconnect', $default: 'ws/message' },
      invoke: async () => ({ statusCode: 200 }),
      credentials,
      allowedOrigins: [],
      limits: { idleMs: 50 },
    });
    const socket = new WebSocket(brief.webSocketUrl);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1001);
    await brief.stop();
  });
});

describe('@connections, with the unmodified client', () => {
  const client = (signing = credentials) =>
    new ApiGatewayManagementApiClient({
      region: 'us-east-1',
      endpoint: gateway.url,
      credentials: signing,
      maxAttempts: 1,
    });

  test('posts a frame to the socket, in order', async () => {
    const { socket, connectionId } = await connected();
    const received: string[] = [];
    socket.on('message', (data) => received.push(String(data)));
    for (const text of ['one', 'zwei ä', 'x'.repeat(100_000)]) {
      await client().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: text }));
    }
    await vi.waitFor(() => expect(received.map((text) => text.length)).toEqual([3, 6, 100_000]));
  });

  test('over 128 KB: PayloadTooLargeException', async () => {
    const { connectionId } = await connected();
    const post = client().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'x'.repeat(128 * 1024 + 1) }));
    await expect(post).rejects.toThrow(PayloadTooLargeException);
  });

  test('says since when a socket is open', async () => {
    const { connectionId } = await connected();
    const found = await client().send(new GetConnectionCommand({ ConnectionId: connectionId }));
    expect(found.ConnectedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    expect(found.Identity?.SourceIp).toBe('127.0.0.1');
  });

  test('closes a socket, which is then gone for every operation', async () => {
    const { socket, connectionId } = await connected();
    await client().send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
    await once(socket, 'close');
    for (const command of [
      () => client().send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'x' })),
      () => client().send(new GetConnectionCommand({ ConnectionId: connectionId })),
      () => client().send(new DeleteConnectionCommand({ ConnectionId: connectionId })),
    ]) {
      await expect(command()).rejects.toThrow(GoneException);
    }
  });

  test('a page in a browser, which cannot sign, posts nothing', async () => {
    const { socket, connectionId } = await connected();
    const received: unknown[] = [];
    socket.on('message', (data) => received.push(data));
    const response = await fetch(`${gateway.url}/@connections/${encodeURIComponent(connectionId)}`, {
      method: 'POST',
      body: 'forged',
      headers: { origin },
    });
    expect(response.status).toBe(403);
    expect(received).toEqual([]);
  });

  test('what another secret has signed is refused, and so is what only looks signed', async () => {
    const { socket, connectionId } = await connected();
    const received: unknown[] = [];
    socket.on('message', (data) => received.push(data));
    const stranger = client({ ...credentials, secretAccessKey: 'fedcba9876543210' });
    const refused = { name: 'ForbiddenException' };
    const sent = new PostToConnectionCommand({ ConnectionId: connectionId, Data: 'forged' });
    await expect(stranger.send(sent)).rejects.toMatchObject(refused);
    await expect(stranger.send(new GetConnectionCommand({ ConnectionId: connectionId }))).rejects.toMatchObject(refused);
    await expect(stranger.send(new DeleteConnectionCommand({ ConnectionId: connectionId }))).rejects.toMatchObject(refused);
    const response = await fetch(`${gateway.url}/@connections/${encodeURIComponent(connectionId)}`, {
      method: 'POST',
      body: 'forged',
      headers: { authorization: 'AWS4-HMAC-SHA256 Credential=loopback' },
    });
    expect(response.status).toBe(403);
    expect(received).toEqual([]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});
