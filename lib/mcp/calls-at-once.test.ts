import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect, test, vi } from 'vitest';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { startMcpServer } from '../../test/support/mcp/server.ts';

const signal = AbortSignal.timeout(30_000);

test('one whose calls all hang makes ten of them, and holds up nobody else on the same server', async () => {
  const server = await startMcpServer('sessions');
  const { connections } = await testConnections({ origins: [server.origin] });
  const [ann, ben] = await Promise.all(
    ['ann', 'ben'].map(() => connections.connect({ userId: randomUUID() }, targetOf(server.url), signal)),
  );
  const hung: ServerResponse[] = [];
  server.intercept = ({ method }, response) => method === 'tools/call' && hung.push(response) > 0;
  const stop = new AbortController();
  const calls = Array.from({ length: 64 }, (_, at) => ann?.callTool('echo', { text: `${at}` }, stop.signal));
  const ended = Promise.allSettled(calls);
  await vi.waitFor(() => expect(hung.length).toBe(10));

  server.intercept = () => false;
  const answer = await ben?.callTool('echo', { text: 'here' }, signal);
  expect(answer?.ok).toBe(true);
  expect(hung.length).toBe(10);

  stop.abort(new Error('enough'));
  expect(new Set((await ended).map(({ status }) => status))).toEqual(new Set(['rejected']));
  for (const response of hung) response.destroy();
  const later = await ann?.callTool('echo', { text: 'again' }, signal);
  expect(later?.ok).toBe(true);
  await Promise.all([ann?.close(), ben?.close()]);
});
