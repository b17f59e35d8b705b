/** The connection manager on a Redis of its own, with what a test looks at behind it. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type BreakerState, openBreaker } from '../../lib/cache/breaker.ts';
import { type Cache, openCache } from '../../lib/cache/cache.ts';
import { type OpenConnection, openLeases } from '../../lib/cache/leases.ts';
import type { KeyProvider } from '../../lib/keys/keys.ts';
import { openLocalKeys } from '../../lib/keys/local.ts';
import { type Connections, type ConnectionsOptions, openConnections } from '../../lib/mcp/connections.ts';
import type { Owner, Target } from '../../lib/mcp/session.ts';
import { openGuardedFetch } from '../../lib/net/guarded-fetch.ts';
import { testRedis } from './services.ts';

export interface TestConnections {
  readonly connections: Connections;
  readonly cache: Cache;
  readonly keys: KeyProvider;
  readonly redisUrl: string;
  /** Live clients of a user, over all instances. */
  open(owner: Owner): Promise<readonly OpenConnection[]>;
  breakerOf(owner: Owner, target: Target): Promise<BreakerState>;
  /** Another instance: shares Redis and keys, and nothing in memory. */
  another(options?: Partial<ConnectionsOptions>): Connections;
}

export interface TestConnectionsOptions extends Partial<ConnectionsOptions> {
  /** Loopback origins that may be reached. */
  readonly origins: readonly string[];
  readonly redisUrl?: string;
}

/** Closed after the file's last test. */
export async function testConnections({ origins, redisUrl, ...options }: TestConnectionsOptions): Promise<TestConnections> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-connections-'));
  const url = redisUrl ?? (await testRedis()).url;
  const cache = openCache({ url, cluster: false });
  const keys = await openLocalKeys(join(folder, 'keys.json'));
  const guarded = openGuardedFetch({
    allowOrigins: origins,
    ownHosts: [],
    maxBytes: 8 * 1024 * 1024,
    idleMs: 10_000,
    totalMs: 40_000,
    connectionsPerOrigin: 1_000,
  });
  afterAll(async () => {
    await guarded.close();
    await cache.close();
    await rm(folder, { recursive: true, force: true });
  });
  const another = (more: Partial<ConnectionsOptions> = {}): Connections =>
    openConnections({ fetch: guarded.fetch, cache, keys, timeScale: 1, ...options, ...more });
  return {
    connections: another(),
    cache,
    keys,
    redisUrl: url,
    another,
    open: ({ userId }) => openLeases(cache).list(userId),
    breakerOf: ({ userId }, { connectionId }) => openBreaker(cache).look(userId, connectionId),
  };
}

export const targetOf = (url: string, more: Partial<Target> = {}): Target => ({
  connectionId: randomUUID(),
  name: 'sample',
  url,
  headers: {},
  version: 1,
  ...more,
});
