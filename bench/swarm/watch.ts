/** What a load takes of this process, which runs every function and the whole local runtime, and of the database. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { withClient } from '../../local/services/postgres-roles.ts';
import type { Stack } from '../../local/stack.ts';

export interface Watched {
  /** The largest resident memory that was seen. */
  readonly peakBytes: number;
  /** How much later than it was due the event loop came back, a hundred times a second. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
  /** Open connections of the program's role to its database, one for each sample. */
  readonly connections: readonly number[];
  /** How many it may open: DATABASE_POOL_MAX. */
  readonly connectionsBound: number;
}

/** Often enough that no burst of runs falls between two samples: pooled connections stay open for seconds. */
const EVERY_MS = 100;
/** The monitor counts its own interval as delay. */
const RESOLUTION_MS = 10;
const counted = z.tuple([z.object({ open: z.int() })]);
/** Without the watcher's own; other databases of a shared server do not count. */
const openConnections = `SELECT count(*)::int AS open FROM pg_stat_activity
  WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()`;

/** Watches until `work` ends. Throws what it throws, and where the database cannot be asked. */
export async function watching<T>({ environment }: Stack, work: () => Promise<T>): Promise<{ value: T; watched: Watched }> {
  const ended = new AbortController();
  const connections: number[] = [];
  let peakBytes = 0;
  const { DATABASE_URL: url = '', DATABASE_POOL_MAX: bound } = environment;
  const sample = withClient(url, async (client) => {
    while (!ended.signal.aborted) {
      peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
      const { rows } = await client.query(openConnections);
      connections.push(counted.parse(rows)[0].open);
      await sleep(EVERY_MS, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const [value] = await Promise.all([
    work().finally(() => {
      delay.disable();
      ended.abort();
    }),
    sample,
  ]);
  const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  return {
    value,
    watched: {
      peakBytes,
      lagP99Ms: lag(delay.percentile(99)),
      lagMaxMs: lag(delay.max),
      connections,
      connectionsBound: Number(bound),
    },
  };
}

export const mostConnections = ({ connections }: Pick<Watched, 'connections'>): number => Math.max(0, ...connections);
