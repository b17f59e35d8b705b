/** Whatever credentials a user may register: they arrive as they are, add nothing else, and replace nothing that the transport sets. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auth, type ConnectionAuth } from '../../lib/contract/api/connections.ts';
import { openGuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { listen } from '../../lib/net/testing/listen.ts';
import { openHere } from './here.ts';
import { hostileTarget, managersOn, owner } from './manager.ts';
import { behave, readMessage } from './server/rpc.ts';

const managerOver = await managersOn(...(await openHere()));

let server: Server;
let origin: string;
let seen: IncomingMessage[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    seen.push(request);
    behave({ request, response, message: await readMessage(request) });
  });
  origin = await listen(server);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** As the API makes them of what it accepts (functions/api/connections). */
function headersOf(given: ConnectionAuth): Record<string, string> {
  if (given.kind === 'bearer') return { authorization: `Bearer ${given.token}` };
  return given.kind === 'headers' ? given.headers : {};
}

/** Headers of one connect, call and close, by name; of all requests. */
async function sent(headers: Readonly<Record<string, string>>): Promise<readonly ReadonlyMap<string, readonly string[]>[]> {
  seen = [];
  const { fetch, close } = openGuardedFetch({
    ...{ allowOrigins: [origin], ownHosts: [], maxBytes: 100_000 },
    ...{ idleMs: 5_000, totalMs: 10_000, connectionsPerOrigin: 2 },
  });
  const session = await managerOver(fetch).connect(
    owner(),
    { ...hostileTarget(`${origin}/`), headers },
    AbortSignal.timeout(5_000),
  );
  await session.callTool('look', {}, AbortSignal.timeout(5_000));
  await session.close();
  await close();
  return seen.map(
    ({ headersDistinct }) => new Map(Object.entries(headersDistinct).map(([name, values]) => [name, values ?? []])),
  );
}

const token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const reserved = fc.constantFrom(
  ...['host', 'Content-Length', 'transfer-encoding', 'connection', 'Mcp-Session-Id', 'mcp-protocol-version', 'accept', 'cookie'],
  ...[
    'content-type',
    'proxy-authorization',
    'X-Forwarded-For',
    'sec-fetch-site',
    'last-event-id',
    'expect',
    'upgrade',
    'te',
    '__proto__',
  ],
);
const name = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...token), minLength: 1, maxLength: 64 }) },
  reserved,
  fc.string({ maxLength: 20 }),
);
const value = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 80 }) },
  fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\t', ' ', ':', '\0', 'é', '\u2028', '嘊', '\u010d') }),
);
const candidates = fc.oneof(
  fc.record({ kind: fc.constant('bearer'), token: value }),
  fc.record({ kind: fc.constant('headers'), headers: fc.dictionary(name, value, { maxKeys: 10, noNullPrototype: true }) }),
);

test('what is accepted arrives as it is, and nothing with it', async () => {
  const plain = await sent({});
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(candidates, async (candidate) => {
      const parsed = auth.safeParse(candidate);
      if (!parsed.success) return;
      accepted += 1;
      const own = headersOf(parsed.data);
      const requests = await sent(own);
      expect(requests).toHaveLength(plain.length);
      for (const [at, request] of requests.entries()) {
        const given = new Map(Object.entries(own).map(([header, text]) => [header.toLowerCase(), [text]]));
        const without = plain[at] ?? new Map();
        expect(new Set(request.keys())).toEqual(new Set([...without.keys(), ...given.keys()]));
        for (const [header, values] of given) expect(request.get(header)).toEqual(values);
        // Ids and lengths differ from one client to the next; who may be fooled by a header does not depend on those.
        for (const header of without.keys())
          if (!given.has(header) && header !== 'content-length')
            expect([header, request.get(header)]).toEqual([header, without.get(header)]);
      }
    }),
    { numRuns: 300 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test.each([
  { 'x-key': 'a\r\nx-injected: 1' },
  { 'x-key': 'a\nb' },
  { 'x-key': 'é' },
  { 'x\r\ny': 'a' },
  { 'x-key': '\u560d\u560a' },
])('the guarded fetch itself sends nothing of %j, and does not repeat it', async (headers) => {
  const { fetch, close } = openGuardedFetch({
    ...{ allowOrigins: [origin], ownHosts: [], maxBytes: 100_000 },
    ...{ idleMs: 5_000, totalMs: 10_000, connectionsPerOrigin: 2 },
  });
  seen = [];
  await expect(fetch(`${origin}/`, { headers })).rejects.toMatchObject({
    name: 'NetworkRefused',
    reason: 'header',
    message: 'a header is not one line of ASCII',
  });
  expect(seen).toEqual([]);
  await close();
});
