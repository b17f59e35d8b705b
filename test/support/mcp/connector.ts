/**
 * A process of its own that opens connections of one user and holds them until it is killed: an instance, as the cap sees it.
 *   node test/support/mcp/connector.ts '{"redisUrl":…}'   prints { opened, failures } as one JSON line
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { openCache } from '../../../lib/cache/cache.ts';
import { openLocalKeys } from '../../../lib/keys/local.ts';
import { openConnections } from '../../../lib/mcp/connections.ts';
import { SourceUnavailable } from '../../../lib/mcp/errors.ts';
import { openGuardedFetch } from '../../../lib/net/guarded-fetch.ts';

export const connectorOptions = z.object({
  redisUrl: z.string(),
  cluster: z.boolean(),
  keyFile: z.string(),
  url: z.string(),
  userId: z.string(),
  count: z.int(),
  leaseMs: z.int(),
});

const options = connectorOptions.parse(JSON.parse(process.argv[2] ?? ''));
const guarded = openGuardedFetch({
  allowOrigins: [new URL(options.url).origin],
  ownHosts: [],
  maxBytes: 1_000_000,
  idleMs: 10_000,
  totalMs: 40_000,
  connectionsPerOrigin: 10,
});
const connections = openConnections({
  fetch: guarded.fetch,
  cache: openCache({ url: options.redisUrl, cluster: options.cluster }),
  keys: await openLocalKeys(options.keyFile),
  timeScale: 1,
  leaseMs: options.leaseMs,
});
const settled = await Promise.allSettled(
  Array.from({ length: options.count }, (_, n) =>
    connections.connect(
      { userId: options.userId },
      { connectionId: randomUUID(), name: `connection ${n}`, url: options.url, headers: {}, version: 1 },
      AbortSignal.timeout(20_000),
    ),
  ),
);
const failures = settled.flatMap((one) =>
  one.status === 'rejected' ? [one.reason instanceof SourceUnavailable ? one.reason.failure : String(one.reason)] : [],
);
process.stdout.write(`${JSON.stringify({ opened: settled.length - failures.length, failures })}\n`);
// Its leases are renewed by timers that do not keep it alive.
setInterval(() => undefined, 60_000);
