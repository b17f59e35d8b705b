import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { openGuardedFetch } from '../../net/guarded-fetch.ts';
import { listen } from '../../net/testing/listen.ts';
import { refuse } from './refusal.ts';

test('a server that nobody reaches is told from one that answers otherwise than asked', async () => {
  const server = createServer();
  const origin = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  const limits = { maxBytes: 1_000, idleMs: 2_000, totalMs: 2_000, connectionsPerOrigin: 1 };
  const guard = openGuardedFetch({ allowOrigins: [origin], ownHosts: [], ...limits });
  const { signal } = new AbortController();
  const doing = { problem: 'discovery', what: 'naming its endpoints', host: 'auth.example.com', signal } as const;
  const asked = guard.fetch(origin).catch((error: unknown) => refuse(error, doing));
  await expect(asked).rejects.toThrow('auth.example.com could not be reached for naming its endpoints');
  expect(() => refuse(new SyntaxError('no JSON'), doing)).toThrow('did not answer naming its endpoints as OAuth asks');
  await guard.close();
});
