import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Cache } from '../lib/cache/cache.ts';
import { cache } from '../lib/runtime/resources.ts';
import { testDatabase, testRedis } from '../test/support/services.ts';
import { startStack } from './stack.ts';

test('what a function opens while the system stops is closed with it, so that the process can end', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'assay-stack-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const [postgres, redis] = await Promise.all([testDatabase(), testRedis()]);
  onTestFinished(async () => {
    await Promise.all([postgres.drop(), redis.stop()]);
  });
  const opened: Cache[] = [];
  const stack = await startStack({
    dataDir,
    signal: new AbortController().signal,
    services: { postgres, redisUrl: redis.url },
    openInvoke: () => async (functionPath) => {
      if (functionPath === 'ws/disconnect') opened.push(await cache());
      return { statusCode: 200 };
    },
  });
  const socket = new WebSocket(stack.api.webSocketUrl);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await stack.stop();
  await closed;
  expect(opened).toHaveLength(1);
  await expect(opened[0]?.ping()).rejects.toThrow();
});
