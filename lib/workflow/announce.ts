import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache } from '../cache/cache.ts';
import { isTerminal } from '../contract/events.ts';
import type { RunOutcome } from '../contract/vocabulary.ts';
import type { Progress } from '../progress/publisher.ts';
import { readAll } from '../progress/stream.ts';
import type { Logger } from '../runtime/logger.ts';
import { archiveEvents } from '../store/report.ts';
import type { RunRow } from '../store/runs.ts';
import type { Store } from '../store/store.ts';
import { sayAll } from './gathered.ts';

export interface AnnounceDeps {
  readonly store: Store;
  readonly progress: Progress;
  /** Opened when the archive is written: a run concludes without Redis as well. */
  readonly cache: () => Promise<Cache>;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** A failover takes seconds. Without Redis for longer, clients learn of the end by asking, and the archive lacks what was not sent. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 250;

/** The terminal event, once, and the archive of the stream. Neither can fail a run that has ended. */
export async function announce(deps: AnnounceDeps, run: RunRow, outcome: RunOutcome): Promise<void> {
  await sayAll(deps.progress, run.id);
  await deps.progress.terminal(
    { runId: run.id, projectId: run.projectId, epoch: run.epoch + 1 },
    { outcome, ...(outcome === 'failed' ? { message: 'Nothing could be assessed; the report says why.' } : {}) },
  );
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const isWhole = await archive(deps, run.id).catch((error: unknown) => error);
    if (isWhole === true) return;
    if (deps.signal.aborted || performance.now() > until) {
      const error = isWhole === false ? {} : { error: isWhole };
      deps.logger.warn('the progress of a run was not archived to its end', { runId: run.id, ...error });
      return;
    }
    await sleep(PAUSE_MS, undefined, { signal: deps.signal }).catch(() => undefined);
  }
}

/** Events that are in the archive already stay. @returns whether the end is among them. */
async function archive({ store, cache }: AnnounceDeps, runId: string): Promise<boolean> {
  const stream = await readAll(await cache(), runId);
  if (stream === null) return false;
  const events = stream.events.map(({ stream: name, seq, time, event }) => ({
    stream: name,
    seq,
    time: new Date(time),
    event,
  }));
  await store.forRunInSql(runId, (tx) => archiveEvents(tx, runId, events));
  return events.some(({ event }) => isTerminal(event));
}
