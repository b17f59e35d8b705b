/** Without Redis: limits fail open, tickets and sockets fail closed, and nobody waits long for either. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type Edge, startEdge } from './testing.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ ownRedis: true });
  await edge.redis.stop();
});
afterAll(() => edge.stop());

test('a ticket is refused with 503 and Retry-After, within two seconds', async () => {
  const token = await edge.authority.token();
  const startedAt = performance.now();
  const response = await fetch(`${edge.gateway.url}/ws-tickets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  });
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await response.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('a socket does not open', async () => {
  const socket = new WebSocket(`${edge.gateway.webSocketUrl}/?ticket=${'A'.repeat(43)}`);
  socket.on('error', () => {});
  const status = await new Promise((resolve) =>
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
  );
  expect(status).toBe(503);
});

test('routes that need no Redis are still answered', async () => {
  const token = await edge.authority.token();
  const response = await fetch(`${edge.gateway.url}/projects`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
});
