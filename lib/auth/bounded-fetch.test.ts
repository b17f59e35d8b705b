import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { boundedFetch } from './bounded-fetch.ts';

let url = '';
let asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.url);
  if (request.url?.startsWith('/moved')) response.writeHead(Number(request.url.slice(6)), { location: '/keys' }).end();
  else response.end('x'.repeat(100));
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port.');
  url = `http://127.0.0.1:${address.port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => void server.close());

describe('boundedFetch', () => {
  test('gives an answer up to the bound, and rejects one byte above it', async () => {
    expect(await (await boundedFetch(100)(`${url}/keys`, {})).text()).toHaveLength(100);
    await expect(boundedFetch(99)(`${url}/keys`, {})).rejects.toThrow(RangeError);
  });

  test.each([301, 302, 303, 307, 308])(
    'rejects at status %i, whatever the caller asked for, and never asks where it points',
    async (status) => {
      for (const redirect of ['follow', 'manual'] as const) {
        await expect(boundedFetch(1_000)(`${url}/moved${status}`, { redirect })).rejects.toThrow(TypeError);
      }
      expect(asked).not.toContain('/keys');
    },
  );
});
