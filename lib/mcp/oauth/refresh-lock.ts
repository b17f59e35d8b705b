/** One refresh of a grant at a time, over all instances. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache, Script } from '../../cache/cache.ts';
import { keys } from '../../cache/keys.ts';

/** Longer than a refresh (outward.ts: 10 s) and the write after it (store.ts: 45 s) may take: two refreshes with one token would end the grant. */
const LOCK_MS = 70_000;
const WAIT_MS = 100;

const takeLock: Script = {
  name: 'takelock',
  keys: 1,
  lua: `if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end return 0`,
};
/** Only by who holds it: a lock that expired may be another's by now. */
const releaseLock: Script = {
  name: 'releaselock',
  keys: 1,
  lua: `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`,
};

/** Waits for the lock until the signal aborts. Throws CacheUnavailable: without Redis nothing is refreshed, since a refresh token may be used once. */
export async function holdingRefreshLock<T>(
  cache: Cache,
  connectionId: string,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const key = keys.oauthRefresh(connectionId);
  const holder = randomUUID();
  while ((await cache.run(takeLock, [key], [holder, LOCK_MS])) !== 1) {
    await sleep(WAIT_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  try {
    return await work();
  } finally {
    // It expires by itself.
    await cache.run(releaseLock, [key], [holder]).catch(() => undefined);
  }
}
