/** What the stack of every route promises, on a real route with the real database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type Edge, startEdge } from './testing.ts';

let edge: Edge;
let token: string;
beforeAll(async () => {
  edge = await startEdge();
  token = await edge.authority.token();
});
afterAll(() => edge.stop());

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${edge.gateway.url}/projects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body,
  });
const idOf = async (response: Response): Promise<string> => z.object({ id: z.uuid() }).parse(await response.json()).id;

describe('Idempotency-Key', () => {
  test('the same request again gives the same project, not another', async () => {
    const [first, second] = [
      await post('{"name":"a"}', { 'idempotency-key': 'k1' }),
      await post('{"name":"a"}', { 'idempotency-key': 'k1' }),
    ];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await idOf(second)).toBe(await idOf(first));
  });

  test('ten at the same moment make one project; the others get it, or are told to wait', async () => {
    const responses = await Promise.all(Array.from({ length: 10 }, () => post('{"name":"race"}', { 'idempotency-key': 'k2' })));
    for (const { status } of responses) expect([201, 409]).toContain(status);
    const made = responses.filter(({ status }) => status === 201);
    expect(new Set(await Promise.all(made.map(idOf))).size).toBe(1);
  });

  test('another body under the same key is a conflict, another person is not', async () => {
    await post('{"name":"mine"}', { 'idempotency-key': 'k3' });
    expect((await post('{"name":"other"}', { 'idempotency-key': 'k3' })).status).toBe(409);
    const stranger = await edge.authority.token({ sub: 'bbbbbbbb-1111-4111-8111-111111111111' });
    const theirs = await post('{"name":"theirs"}', { 'idempotency-key': 'k3', authorization: `Bearer ${stranger}` });
    expect(theirs.status).toBe(201);
  });

  test('a refused request does not use up its key', async () => {
    expect((await post('{"name":""}', { 'idempotency-key': 'k4' })).status).toBe(400);
    expect((await post('{"name":"b"}', { 'idempotency-key': 'k4' })).status).toBe(201);
  });
});

test.each([
  ['no JSON', '{"name":', 400, /line 1, column 9/],
  ['no body', '', 400, /^body: /],
  ['a field of another type', '{"name":7}', 400, /^body\.name: /],
  ['more than 1 MiB', JSON.stringify({ name: 'x'.repeat(1024 * 1024) }), 413, /1048576 bytes/],
])('%s is refused in one sentence', async (_name, body, status, message) => {
  const response = await post(body);
  const { error } = z.object({ error: z.object({ message: z.string(), requestId: z.string() }) }).parse(await response.json());
  expect(response.status).toBe(status);
  expect(error.message).toMatch(message);
  expect(response.headers.get('x-request-id')).toBe(error.requestId);
});

test('with the database down: 503 with Retry-After within seconds, and health still answers', async () => {
  await edge.settings({ DATABASE_URL: 'postgresql://assay_app@127.0.0.1:9/none' });
  const startedAt = performance.now();
  const response = await post('{"name":"c"}');
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect((await fetch(`${edge.gateway.url}/health`)).status).toBe(200);
  await edge.settings({});
});
