/** What a server may take of us: bytes, headers, time and sockets. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGuardedFetch } from './guarded-fetch.ts';
import { listen } from './testing/listen.ts';

const MAX = 100_000;
let server: Server;
let origin: string;
let served = 0;
let sockets = 0;

const nothing = Buffer.alloc(50 * MAX);
const every = (response: ServerResponse, ms: number, piece: string): void => {
  const timer = setInterval(() => response.socket?.write(piece), ms);
  response.on('close', () => clearInterval(timer));
};
/** Counts what is taken of it. */
function flood(response: ServerResponse, piece: Buffer): void {
  const write = (): void => {
    while (!response.destroyed) {
      served += piece.byteLength;
      if (!response.write(piece)) return;
    }
  };
  response.on('drain', write);
  write();
}
const encoded = (encoding: string, bytes: Buffer) => (_request: IncomingMessage, response: ServerResponse) =>
  response.writeHead(200, { 'content-encoding': encoding }).end(bytes);

const answers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
  '/most': (_request, response) => response.end(Buffer.alloc(MAX)),
  '/more': (_request, response) => response.end(Buffer.alloc(MAX + 1)),
  '/endless': (_request, response) => flood(response, Buffer.alloc(65_536)),
  '/gzip': encoded('gzip', gzipSync(nothing)),
  '/br': encoded('br', brotliCompressSync(nothing)),
  '/zstd': encoded('zstd', zstdCompressSync(nothing)),
  // A frame of one letter whose header asks for a window of 128 MiB (RFC 8878, 3.1.1).
  '/wide-zstd': encoded('zstd', Buffer.from('28b52ffd008809000078', 'hex')),
  '/deflated-twice': encoded('gzip, gzip', gzipSync(gzipSync(nothing))),
  '/small-gzip': encoded('gzip', gzipSync('all well')),
  '/unknown': encoded('constructor', Buffer.from('as it is')),
  '/long-header': (_request, response) => response.socket?.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`),
  '/many-headers': (_request, response) => response.writeHead(200, Array(101).fill(['x-a', 'b']).flat()).end(),
  '/hints': (_request, response) =>
    response.socket?.end(`${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(11)}HTTP/1.1 200 OK\r\n\r\n`),
  '/hint': (_request, response) =>
    response.socket?.end('HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  '/silent': () => undefined,
  '/slow-headers': (_request, response) => {
    response.socket?.write('HTTP/1.1 200 OK\r\n');
    every(response, 20, 'x-slow: 1\r\n');
  },
  '/stalls': (_request, response) => response.write('some'),
  '/drips': (_request, response) => {
    response.flushHeaders();
    every(response, 20, '1\r\n \r\n');
  },
};

beforeAll(async () => {
  server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    for (const end of [request, response]) end.on('error', () => undefined);
    (answers[request.url ?? ''] ?? ((_request, known) => known.end('ok')))(request, response);
  });
  server.on('connection', (socket) => {
    sockets += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => (sockets -= 1));
  });
  origin = await listen(server);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const guard = (more: { idleMs?: number; totalMs?: number; connectionsPerOrigin?: number } = {}) =>
  openGuardedFetch({
    ...{ allowOrigins: [origin], ownHosts: [], maxBytes: MAX, idleMs: 5_000, totalMs: 10_000, connectionsPerOrigin: 4 },
    ...more,
  });
const read = async (path: string, { fetch, close }: ReturnType<typeof guard> = guard()): Promise<string> => {
  try {
    return await (await fetch(`${origin}${path}`)).text();
  } finally {
    await close();
  }
};

describe('bytes', () => {
  test('up to the cap are read, compressed or not', async () => {
    expect(await read('/most')).toHaveLength(MAX);
    expect(await read('/small-gzip')).toBe('all well');
    expect(await read('/unknown')).toBe('as it is');
  });

  test.each(['/more', '/endless', '/gzip', '/br', '/zstd', '/deflated-twice'])('beyond it are not: %s', async (path) => {
    await expect(read(path)).rejects.toMatchObject({ name: 'NetworkRefused', reason: 'too-large' });
  });

  test('an answer that takes much memory to decode is refused, however small', async () => {
    await expect(read('/wide-zstd')).rejects.toThrow();
  });

  test('beyond it are not even asked for', async () => {
    served = 0;
    await expect(read('/endless')).rejects.toThrow();
    // What lies in the buffers of the system between the two.
    expect(served).toBeLessThan(20_000_000);
  });
});

describe('headers', () => {
  test.each(['/long-header', '/many-headers', '/hints'])('are capped: %s', async (path) => {
    await expect(read(path)).rejects.toMatchObject({ reason: 'too-large', message: expect.stringContaining('headers') });
  });

  test('of an answer with a hint before it are read', async () => {
    expect(await read('/hint')).toBe('ok');
  });
});

describe('time', () => {
  test.each(['/silent', '/slow-headers', '/stalls', '/drips'])('is over for all of an answer: %s', async (path) => {
    await expect(read(path, guard({ totalMs: 200 }))).rejects.toMatchObject({ reason: 'too-slow' });
  });

  test.each(['/silent', '/slow-headers', '/stalls'])('is over between two pieces: %s', async (path) => {
    const from = performance.now();
    await expect(read(path, guard({ idleMs: 200 }))).rejects.toThrow();
    expect(performance.now() - from).toBeLessThan(3_000);
  });

  test('counts while a socket is waited for', async () => {
    const one = guard({ totalMs: 600, connectionsPerOrigin: 1 });
    const from = performance.now();
    const waiting = ['/silent', '/silent', '/silent'].map((path) => one.fetch(`${origin}${path}`));
    for (const answer of await Promise.allSettled(waiting)) expect(answer.status).toBe('rejected');
    expect(performance.now() - from).toBeLessThan(1_100);
    await one.close();
  });

  test('ends when the caller says so, with its reason', async () => {
    const open = guard();
    const stop = new AbortController();
    const answer = await open.fetch(`${origin}/drips`, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(answer.text()).rejects.toThrow('enough');
    await open.close();
  });
});

describe('sockets', () => {
  const settled = async (count: number): Promise<void> => {
    for (let tries = 0; sockets > count && tries < 200; tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sockets).toBeLessThanOrEqual(count);
  };

  test('are given back whatever became of the answer', async () => {
    const open = guard({ totalMs: 600, connectionsPerOrigin: 16 });
    for (const path of Object.keys(answers)) {
      const answer = await open.fetch(`${origin}${path}`).catch(() => null);
      // A third is read, a third is left, a third is never looked at.
      if (path.length % 3 === 0) await answer?.text().catch(() => undefined);
      else if (path.length % 3 === 1) await answer?.body?.cancel();
    }
    // One that is used again serves all; those of answers that were given up are closed.
    for (let time = 0; time < 20; time += 1) expect(await (await open.fetch(`${origin}/`)).text()).toBe('ok');
    expect(sockets).toBeLessThanOrEqual(16);
    await open.close();
    await settled(0);
  });

  test('that one origin holds are not those of another', async () => {
    const other = createServer((_request, response) => response.end('other'));
    const otherOrigin = await listen(other);
    const open = openGuardedFetch({
      ...{
        allowOrigins: [origin, otherOrigin],
        ownHosts: [],
        maxBytes: MAX,
        idleMs: 2_000,
        totalMs: 2_000,
        connectionsPerOrigin: 2,
      },
    });
    const hanging = Array.from({ length: 20 }, () => open.fetch(`${origin}/silent`).catch(() => null));
    for (let time = 0; time < 5; time += 1) expect(await (await open.fetch(otherOrigin)).text()).toBe('other');
    await settled(2);
    await open.close();
    await Promise.all(hanging);
    other.close();
  });
});
