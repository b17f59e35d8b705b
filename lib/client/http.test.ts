import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { WebSocket as WsWebSocket } from 'ws';
import * as z from 'zod';
import { createClient } from './client.ts';
import { ApiRequestFailed, ApiUnreachable, UnexpectedAnswer } from './errors.ts';
import { jsonSender } from './http.ts';
import type { SocketConstructor } from './socket.ts';

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

function answering(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: request.body === null ? null : await request.text(),
    });
    return answer();
  };
  let tokens = 0;
  const token = (): string => {
    tokens += 1;
    return `token-${tokens}`;
  };
  return { sent, settings: { baseUrl: 'http://api.test/v1', fetch, token, wsUrl: 'ws://api.test', WebSocket: WsWebSocket } };
}
const anything = z.looseObject({});
const runId = randomUUID();

describe('requests', () => {
  test('a start carries the token, the body and a key, and gives the run', async () => {
    const { sent, settings } = answering(() => Response.json({ runId }, { status: 202 }));
    expect(await createClient(settings).startRun('p/1', { mode: 'checks' }, { idempotencyKey: 'k' })).toBe(runId);
    expect(sent).toMatchObject([
      {
        url: 'http://api.test/v1/projects/p%2F1/runs',
        method: 'POST',
        body: '{"mode":"checks"}',
        headers: { authorization: 'Bearer token-1', 'idempotency-key': 'k', 'content-type': 'application/json' },
      },
    ]);
  });

  test('every request asks for a token, and a start has a key of its own', async () => {
    const { sent, settings } = answering(() => Response.json({ runId }));
    const client = createClient(settings);
    await client.startRun(runId, {});
    await client.startRun(runId, {});
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(sent[0]?.headers['idempotency-key']).not.toBe(sent[1]?.headers['idempotency-key']);
  });

  test('an error keeps its code, message, request id and when to come back', async () => {
    const error = { error: { code: 'RATE_LIMITED', message: 'Too many requests.', requestId: 'r-1' } };
    const { settings } = answering(() => Response.json(error, { status: 429, headers: { 'retry-after': '7' } }));
    const failed = await createClient(settings)
      .cancelRun(runId)
      .catch((cause: unknown) => cause);
    expect(failed).toBeInstanceOf(ApiRequestFailed);
    expect(failed).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Too many requests.',
      requestId: 'r-1',
      retryAfterSeconds: 7,
    });
  });

  test('an error page of something in between is still an error of the API', async () => {
    const { settings } = answering(() => new Response('<html>', { status: 502 }));
    await expect(createClient(settings).getRun(runId)).rejects.toMatchObject({ status: 502, code: 'UNKNOWN' });
  });

  test('an answer outside the contract is not passed on', async () => {
    const { settings } = answering(() => Response.json({ id: 'no uuid' }));
    await expect(createClient(settings).getRun(runId)).rejects.toThrow(UnexpectedAnswer);
  });

  test('no network has its own name', async () => {
    const { settings } = answering(() => Promise.reject(new TypeError('fetch failed')));
    await expect(jsonSender(settings)({ method: 'GET', path: '/health', answer: anything })).rejects.toThrow(ApiUnreachable);
  });

  test('an abort is an abort', async () => {
    const { settings } = answering(() => Promise.reject(new TypeError('fetch failed')));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(jsonSender(settings)({ method: 'GET', path: '/health', answer: anything, signal })).rejects.toThrow('enough');
  });
});

test('takes the WebSocket of a browser, of Node and of ws', () => {
  const constructors: SocketConstructor[] = [globalThis.WebSocket, WsWebSocket];
  expect(constructors.every((made) => typeof made === 'function')).toBe(true);
});
