import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { startMcpServer } from '../../test/support/mcp/server.ts';

const CALLS = 2_000;
const WORKERS = 20;
const INSTANCES = 5;

test(`of ${CALLS} calls by ${WORKERS} workers on one session every caller gets its own answer`, async () => {
  const server = await startMcpServer('sessions', { tools: ['later'] });
  const { connections, another } = await testConnections({ origins: [server.origin] });
  const owner = { userId: randomUUID() };
  const target = targetOf(server.url);
  const signal = AbortSignal.timeout(60_000);
  await (await connections.connect(owner, target, signal)).listTools(signal);

  const instances = Array.from({ length: INSTANCES }, () => another());
  const workers = Array.from({ length: WORKERS }, async (_, n) => {
    const session = await instances[n % INSTANCES]?.connect(owner, target, signal);
    let crossed = 0;
    for (let call = 0; call < CALLS / WORKERS; call += 1) {
      const canary = `${n} ${call} ${randomUUID()}`;
      const result = await session?.callTool('later', { text: canary }, signal);
      if (Buffer.from(result?.blocks[0]?.bytes ?? []).toString('utf8') !== canary) crossed += 1;
    }
    await session?.close();
    return crossed;
  });
  expect((await Promise.all(workers)).reduce((sum, crossed) => sum + crossed, 0)).toBe(0);
  const calls = server.seen.filter(({ method }) => method === 'tools/call');
  expect([calls.length, new Set(calls.map(({ headers }) => headers['mcp-session-id'])).size]).toEqual([CALLS, 1]);
  expect(new Set(calls.map(({ id }) => id)).size).toBe(CALLS);
});
