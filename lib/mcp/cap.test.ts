/** The cap holds over instances: real processes, a real Redis, one server and a cluster. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { targetOf, testConnections } from '../../test/support/connections.ts';
import { startMcpServer } from '../../test/support/mcp/server.ts';
import { testRedis } from '../../test/support/services.ts';
import { openCache } from '../cache/cache.ts';
import { CONNECTION_CAP, openLeases } from '../cache/leases.ts';

const server = await startMcpServer('stateless');
const folder = mkdtempSync(join(tmpdir(), 'assay-cap-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
const said = z.object({ opened: z.int(), failures: z.array(z.string()) });

async function instance(options: object): Promise<{ opened: number; failures: string[]; child: ChildProcess }> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../test/support/mcp/connector.ts'), JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { ...said.parse(JSON.parse(String(line))), child };
}

describe.each([false, true])('with Redis as a cluster: %s', (cluster) => {
  test('of 50 parallel connects from five processes exactly ten succeed, and a killed one gives its places back', async () => {
    const { url: redisUrl } = await testRedis({ cluster });
    const userId = randomUUID();
    const leaseMs = 3_000;
    const common = { redisUrl, cluster, keyFile: join(folder, 'keys.json'), url: server.url, userId, leaseMs };
    const all = await Promise.all(Array.from({ length: 5 }, () => instance({ ...common, count: 10 })));
    const opened = all.reduce((sum, one) => sum + one.opened, 0);
    expect(opened).toBe(CONNECTION_CAP);
    expect(new Set(all.flatMap(({ failures }) => failures))).toEqual(new Set(['cap']));

    const cache = openCache({ url: redisUrl, cluster });
    const leases = openLeases(cache);
    // Longer than a lease: those of processes that live are renewed.
    const until = performance.now() + leaseMs * 1.5;
    await expect.poll(async () => performance.now() > until && (await leases.list(userId)).length, { timeout: 10_000 }).toBe(10);
    const victim = all.find((one) => one.opened > 0);
    victim?.child.kill('SIGKILL');
    const left = CONNECTION_CAP - (victim?.opened ?? 0);
    await expect.poll(async () => (await leases.list(userId)).length, { timeout: leaseMs + 1_000 }).toBe(left);
    await cache.close();
  }, 40_000);
});

test('the refusal names the cap and what is open', async () => {
  const { connections } = await testConnections({ origins: [server.origin] });
  const owner = { userId: randomUUID() };
  const signal = AbortSignal.timeout(20_000);
  const open = (name: string) => connections.connect(owner, targetOf(server.url, { name }), signal);
  const sessions = await Promise.all(Array.from({ length: CONNECTION_CAP }, (_, n) => open(n < 5 ? 'files' : 'tickets')));
  await expect(open('one more')).rejects.toThrow(
    /^one more was not opened: 10 connections are open.*\((files, tickets|tickets, files)\)$/,
  );
  // Another person's are not counted.
  await (await connections.connect({ userId: randomUUID() }, targetOf(server.url), signal)).close();
  await sessions.pop()?.close();
  sessions.push(await open('one more'));
  await Promise.all(sessions.map((session) => session.close()));
});

test('with Redis gone a connection that is open goes on, and no other is opened', async () => {
  const redis = await testRedis({ own: true });
  const { connections } = await testConnections({ origins: [server.origin], redisUrl: redis.url, leaseMs: 900 });
  const owner = { userId: randomUUID() };
  const signal = AbortSignal.timeout(20_000);
  const session = await connections.connect(owner, targetOf(server.url), signal);
  await redis.stop();
  await expect(connections.connect(owner, targetOf(server.url), signal)).rejects.toMatchObject({ failure: 'cap-unknown' });
  const until = performance.now() + 1_500;
  await expect.poll(() => performance.now() > until, { timeout: 3_000 }).toBe(true);
  const { ok } = await session.callTool('echo', { text: 'still here' }, signal);
  expect(ok).toBe(true);
  await session.close();
});
