import { type Cursor, type Envelope, isTerminal, runEventBody } from '../../../lib/contract/events.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { replay } from '../../../lib/progress/stream.ts';
import { cache } from '../../../lib/runtime/resources.ts';
import { readArchive } from '../../../lib/store/report.ts';
import type { Store } from '../../../lib/store/store.ts';

/** From Redis while it holds the run, else from the archive. `complete`: the last of these events is the run's last. */
export async function readEvents(
  store: Store,
  principal: Principal,
  runId: string,
  after: Cursor | null,
  limit: number,
  signal: AbortSignal,
): Promise<{ events: Envelope[]; complete: boolean }> {
  const live = await liveEvents(runId, after, limit);
  const events = live ?? (await archived(store, principal, runId, after, limit, signal));
  const last = events.at(-1);
  return { events, complete: last !== undefined && isTerminal(last.event) };
}

async function liveEvents(runId: string, after: Cursor | null, limit: number): Promise<Envelope[] | null> {
  try {
    const page = await replay(await cache(), runId, after, limit);
    return page.stream === null ? null : page.events;
  } catch (error) {
    if (error instanceof Error && error.name === 'CacheUnavailable') return null;
    throw error;
  }
}

async function archived(
  store: Store,
  principal: Principal,
  runId: string,
  after: Cursor | null,
  limit: number,
  signal: AbortSignal,
): Promise<Envelope[]> {
  const rows = await store.forUser(principal, (tx) => readArchive(tx, runId, after, limit), { signal });
  return rows.map(({ stream, seq, time, event }) => ({
    v: 1,
    runId,
    stream,
    seq,
    time: time.toISOString(),
    event: runEventBody.parse(event),
  }));
}
