import { describe, expect, test } from 'vitest';
import { ApiError } from './errors.ts';
import { lambdaContext, memoryLogger } from './testing.ts';
import { type SocketRequest, websocket } from './websocket.ts';

const event = (changes: object = {}) => ({
  requestContext: { connectionId: 'L0SM9cOFvHcCIhw=', requestId: 'r1', routeKey: '$connect' },
  ...changes,
});

async function answer(run: (request: SocketRequest) => Promise<void>, given: unknown, remainingMs?: number) {
  const logger = memoryLogger();
  const result = await websocket('ws/test', run, { logger: () => logger })(given, lambdaContext(remainingMs));
  return { result, lines: logger.lines };
}

describe('websocket', () => {
  test('gives its route the connection, the origin whatever its case, the query and the body', async () => {
    const seen: Partial<SocketRequest>[] = [];
    const given = event({
      headers: { Origin: 'http://a.example' },
      queryStringParameters: { ticket: 't' },
      body: Buffer.from('ä').toString('base64'),
      isBase64Encoded: true,
    });
    const { result } = await answer(
      async ({ connectionId, requestId, origin, query, body }) =>
        void seen.push({ connectionId, requestId, origin, query, body }),
      given,
    );
    expect(result).toEqual({ statusCode: 200 });
    expect(seen).toEqual([
      { connectionId: 'L0SM9cOFvHcCIhw=', requestId: 'r1', origin: 'http://a.example', query: { ticket: 't' }, body: 'ä' },
    ]);
  });

  test.each([
    ['UNAUTHENTICATED', 401],
    ['FORBIDDEN', 403],
    ['RATE_LIMITED', 429],
  ] as const)('%s refuses with %i and is no failure in the log', async (code, status) => {
    const { result, lines } = await answer(async () => Promise.reject(new ApiError(code, 'no')), event());
    expect(result).toEqual({ statusCode: status });
    expect(lines.map(({ level }) => level)).toEqual(['info']);
  });

  test('what went wrong here refuses with 500, and is logged', async () => {
    const { result, lines } = await answer(async () => Promise.reject(new TypeError('canary')), event());
    expect(result).toEqual({ statusCode: 500 });
    expect(lines).toEqual([expect.objectContaining({ level: 'error', status: 500 })]);
  });

  test('a store that cannot be reached refuses with 503', async () => {
    const gone = Object.assign(new Error('gone'), { name: 'CacheUnavailable' });
    expect((await answer(async () => Promise.reject(gone), event())).result).toEqual({ statusCode: 503 });
  });

  test.each([[null], [{}], [{ requestContext: { connectionId: '' } }]])('%j is no WebSocket event: 400', async (given) => {
    expect((await answer(async () => {}, given)).result).toEqual({ statusCode: 400 });
  });

  test('work that heeds no signal is cut off with 503', async () => {
    expect((await answer(() => new Promise(() => {}), event(), 100)).result).toEqual({ statusCode: 503 });
  });
});
