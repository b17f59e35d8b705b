import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { openPush, type Push } from '../../lib/runtime/push.ts';
import { type Gateway, startGateway } from './gateway.ts';

const connected = z.object({ requestContext: z.object({ connectionId: z.string() }) });
const credentials = { accessKeyId: 'loopback', secretAccessKey: '0123456789abcdef' };
let gateway: Gateway;
let push: Push;
let latest = '';
beforeAll(async () => {
  gateway = await startGateway({
    routes: [],
    sockets: { $connect: 'c', $disconnect: 'd', $default: 'm' },
    invoke: async (path, event) => {
      if (path === 'c') latest = connected.parse(event).requestContext.connectionId;
      return { statusCode: 200 };
    },
    credentials,
    allowedOrigins: [],
  });
  push = openPush({
    endpoint: gateway.url,
    region: 'us-east-1',
    credentials,
  });
});
afterAll(() => gateway.stop());

async function open(): Promise<{ socket: WebSocket; id: string }> {
  const socket = new WebSocket(gateway.webSocketUrl);
  await once(socket, 'open');
  return { socket, id: latest };
}

test('a frame arrives as it was sent', async () => {
  const { socket, id } = await open();
  const message = once(socket, 'message');
  expect(await push.send(id, '{"v":1,"kind":"pong"}')).toBe('sent');
  expect(String((await message)[0])).toBe('{"v":1,"kind":"pong"}');
  socket.close();
});

test('a socket that has closed is gone, and closing it again is fine', async () => {
  const { socket, id } = await open();
  const closed = once(socket, 'close');
  await push.disconnect(id);
  await closed;
  expect(await push.send(id, 'x')).toBe('gone');
  await push.disconnect(id);
  expect(await push.send('never=', 'x')).toBe('gone');
});

test('an endpoint that cannot be reached is an error, not a socket that is gone', async () => {
  const nowhere = openPush({
    endpoint: 'http://127.0.0.1:9',
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  await expect(nowhere.send('c1=', 'x')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a push that was given up ends at once', async () => {
  const { socket, id } = await open();
  await expect(push.send(id, 'x', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  socket.close();
});
