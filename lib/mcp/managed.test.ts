/** One connection and what servers do to it: each call keeps within its limits, and says what happened. */
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { type McpTestServer, type Seen, startMcpServer } from '../../test/support/mcp/server.ts';
import type { Session, Target } from './session.ts';

const origins: string[] = [];
const { another, open } = await testConnections({ origins });
const signal = AbortSignal.timeout(60_000);

interface Scene {
  readonly server: McpTestServer;
  readonly session: Session;
  readonly owner: { readonly userId: string };
  readonly calls: () => number;
}
/** A server that answers calls to `odd` as told, after a first connect in peace. */
async function scene(
  odd: (seen: Seen, response: ServerResponse) => unknown,
  { timeScale = 1, ...more }: Partial<Target> & { readonly timeScale?: number } = {},
): Promise<Scene> {
  const server = await startMcpServer('sessions', { tools: ['odd'] });
  origins.push(server.origin);
  const owner = { userId: randomUUID() };
  const session = await another({ timeScale }).connect(owner, targetOf(server.url, more), signal);
  server.seen.length = 0;
  server.intercept = async (seen, response) => {
    if (seen.method !== 'tools/call' && seen.http !== 'GET') return false;
    await odd(seen, response);
    return true;
  };
  const calls = () => server.methods().filter((method) => method === 'tools/call').length;
  return { server, session, owner, calls };
}
const call = ({ session }: Scene) => session.callTool('odd', { text: 'a word' }, signal);
const event = (message: object, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`;
const stream = { 'content-type': 'text/event-stream' };
const result = { content: [{ type: 'text', text: 'a word' }] };

test('progress does not extend a call', async () => {
  const progress = { method: 'notifications/progress', params: { progressToken: 0, progress: 1 } };
  const timers: NodeJS.Timeout[] = [];
  const its = await scene(
    (_seen, response) => {
      response.writeHead(200, stream);
      timers.push(setInterval(() => response.write(event(progress)), 50));
    },
    { timeScale: 0.05 },
  );
  const from = performance.now();
  await expect(call(its)).rejects.toMatchObject({ failure: 'timed-out' });
  expect(performance.now() - from).toBeLessThan(3_000);
  for (const timer of timers) clearInterval(timer);
  await its.session.close();
  expect(await open(its.owner)).toEqual([]);
});

test('an answer to nobody is dropped, and the one who waits is told that none came', async () => {
  const its = await scene(
    (_seen, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id: 0, result })),
    { timeScale: 0.05 },
  );
  await expect(call(its)).rejects.toMatchObject({ failure: 'timed-out' });
  await its.session.close();
});

test.each([
  [false, 1],
  [true, 3],
])('a stream that ends without its answer is told at once; repeated where that is harmless: %s', async (repeats, times) => {
  const its = await scene((_seen, response) => response.writeHead(200, stream).end(), repeats ? { repeatable: ['odd'] } : {});
  const from = performance.now();
  await expect(call(its)).rejects.toMatchObject({ failure: 'lost' });
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(its.calls()).toBe(times);
  await its.session.close();
});

test('a call that may change something is not repeated when the server dies over it', async () => {
  const its = await scene((_seen, response) => response.destroy());
  await expect(call(its)).rejects.toMatchObject({ failure: 'lost' });
  expect(its.calls()).toBe(1);
  await its.session.close();
});

test('a broken answer is fetched on with the event that it broke at', async () => {
  const its = await scene((seen, response) => {
    response.writeHead(200, stream);
    if (seen.http === 'POST')
      response.end(`retry: 10\n${event({ method: 'notifications/message', params: { level: 'info', data: seen.id } }, 'at-1')}`);
    else {
      const asked = its.server.seen.find(({ method }) => method === 'tools/call');
      response.end(event({ id: asked?.id, result }));
    }
  });
  expect((await call(its)).ok).toBe(true);
  const fetched = its.server.seen.filter(({ http }) => http === 'GET');
  expect(fetched.map(({ headers }) => headers['last-event-id'])).toEqual(['at-1']);
  await its.session.close();
});

test('a server that breaks off for ever is fetched on twice', async () => {
  const its = await scene((_seen, response) =>
    response
      .writeHead(200, stream)
      .end(`retry: 1\n${event({ method: 'notifications/message', params: { level: 'info', data: 1 } }, randomUUID())}`),
  );
  await expect(call(its)).rejects.toMatchObject({ failure: 'lost' });
  expect(its.server.seen.filter(({ http }) => http === 'GET')).toHaveLength(2);
  await its.session.close();
});

test('the caller who stops waiting is let go at once', async () => {
  const its = await scene(() => undefined);
  const patience = new AbortController();
  const calling = its.session.callTool('odd', { text: 'a word' }, patience.signal);
  await expect.poll(its.calls).toBe(1);
  patience.abort(new Error('enough'));
  await expect(calling).rejects.toThrow('enough');
  await its.session.close();
});

test.each([
  [403, 'refused', 'refused odd'],
  [429, 'server-error', 'could not serve odd'],
  [500, 'server-error', 'could not serve odd'],
])('HTTP %s is told as %s, and is not repeated', async (status, failure, told) => {
  const its = await scene((_seen, response) => response.writeHead(status).end(), { repeatable: ['odd'] });
  await expect(call(its)).rejects.toMatchObject({ failure, message: `sample ${told} (HTTP ${status})` });
  expect(its.calls()).toBe(1);
  await its.session.close();
});

test('a token with too small a scope is a refusal', async () => {
  const challenge = { 'www-authenticate': 'Bearer error="insufficient_scope", scope="more"' };
  const its = await scene((_seen, response) => response.writeHead(403, challenge).end());
  await expect(call(its)).rejects.toMatchObject({ failure: 'refused' });
  await its.session.close();
});

test('a server that was silent for long is asked whether it is there before it is called', async () => {
  const its = await scene(
    (seen, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: seen.id, result }));
    },
    { timeScale: 0.02 },
  );
  await call(its);
  expect(its.server.methods()).toEqual(['tools/call']);
  // 60 s, on this scale.
  const until = performance.now() + 1_300;
  await expect.poll(() => performance.now() > until, { timeout: 3_000 }).toBe(true);
  await call(its);
  expect(its.server.methods()).toEqual(['tools/call', 'ping', 'tools/call']);
  await its.session.close();
});

test('a list of tools is remembered until the server says that it changed', async () => {
  const its = await scene((seen, response) => {
    response.writeHead(200, stream);
    response.end(event({ method: 'notifications/tools/list_changed' }) + event({ id: seen.id, result }));
  });
  const lists = () => its.server.methods().filter((method) => method === 'tools/list').length;
  await its.session.listTools(signal);
  await its.session.listTools(signal);
  expect(lists()).toBe(1);
  await call(its);
  await expect
    .poll(async () => {
      await its.session.listTools(signal);
      return lists();
    })
    .toBe(2);
  await its.session.close();
});
