import { createServer, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isPublicAddress } from './address.ts';
import { NetworkRefused } from './errors.ts';
import { openGuardedFetch } from './guarded-fetch.ts';

let server: Server;
let origin: string;
let port: number;
let hits = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    hits += 1;
    if (request.url === '/redirect') return response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
    if (request.url === '/huge') return response.end(Buffer.alloc(200_000));
    response.end(`seen ${request.headers['x-key'] ?? ''}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  hits = 0;
});

const limits = { ownHosts: [], maxBytes: 100_000, idleMs: 2_000, totalMs: 5_000, connectionsPerOrigin: 2 };
const strict = openGuardedFetch({ ...limits, allowOrigins: [] });
afterAll(() => strict.close());

/** What stands for this machine in some notation. */
const loopbackNames = (at: number): string[] =>
  [
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '0.0.0.0',
    '[::]',
    'localhost',
    'localtest.localhost',
  ].map((host) => `https://${host}:${at}/`);

describe('the way out', () => {
  test('no notation of this machine is reached over https', async () => {
    for (const url of loopbackNames(port)) await expect(strict.fetch(url), url).rejects.toThrow();
    expect(hits).toBe(0);
  });

  test.each(['http://example.com/', 'ftp://example.com/', 'file:///etc/passwd', 'https://user:pw@example.com/'])(
    '%s is refused before any look-up',
    async (url) => {
      await expect(strict.fetch(url)).rejects.toBeInstanceOf(NetworkRefused);
    },
  );

  test.each([
    'https://169.254.169.254/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://[fd00::1]/',
    'https://[64:ff9b::a00:1]/',
    'https://100.64.0.1/',
  ])('%s is refused as an address', async (url) => {
    await expect(strict.fetch(url)).rejects.toMatchObject({ name: 'NetworkRefused', reason: 'address' });
  });

  test('an origin that is allowed is reached with its headers, its neighbours are not', async () => {
    const open = openGuardedFetch({ ...limits, allowOrigins: [origin] });
    const answer = await open.fetch(`${origin}/`, { headers: { 'x-key': 'k' } });
    expect(await answer.text()).toBe('seen k');
    await expect(open.fetch(`http://127.0.0.1:${port === 1 ? 2 : 1}/`)).rejects.toBeInstanceOf(NetworkRefused);
    await open.close();
  });

  test('a redirect is refused, not followed', async () => {
    const open = openGuardedFetch({ ...limits, allowOrigins: [origin] });
    await expect(open.fetch(`${origin}/redirect`)).rejects.toMatchObject({ reason: 'redirect' });
    await open.close();
  });

  test('an answer over the cap is cut off', async () => {
    const open = openGuardedFetch({ ...limits, allowOrigins: [origin] });
    const answer = await open.fetch(`${origin}/huge`);
    await expect(answer.arrayBuffer()).rejects.toMatchObject({ reason: 'too-large' });
    await open.close();
  });

  test.each([
    ['an abort', { totalMs: 60_000 }, 'enough'],
    ['the time for the whole', { totalMs: 100 }, 'took more than 100 ms'],
  ])('%s ends a request that waits for its connection', async (_, { totalMs }, message) => {
    const waiting = openGuardedFetch({ ...limits, totalMs, idleMs: 60_000, allowOrigins: [], lookup: () => undefined });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 150);
    const from = performance.now();
    await expect(waiting.fetch('https://example.com/', { signal: stop.signal })).rejects.toThrow(message);
    expect(performance.now() - from).toBeLessThan(2_000);
    await waiting.close();
  });

  test('an abort ends the request', async () => {
    const open = openGuardedFetch({ ...limits, allowOrigins: [origin] });
    await expect(open.fetch(`${origin}/`, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    await open.close();
  });
});

test('no address of a private, loopback, link-local or reserved range is public', () => {
  const octet = fc.integer({ min: 0, max: 255 });
  const reserved = fc.oneof(
    fc.tuple(fc.constantFrom(0, 10, 127), octet, octet, octet),
    fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
    fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
    fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
    fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet),
  );
  fc.assert(
    fc.property(reserved, (octets) => {
      const address = octets.join('.');
      return !isPublicAddress(address) && !isPublicAddress(`::ffff:${address}`);
    }),
  );
  expect(isPublicAddress('93.184.216.34')).toBe(true);
});
