import { setTimeout as pause } from 'node:timers/promises';
import { SourceUnavailable } from '../mcp/errors.ts';

/** Milliseconds: how long an outage of Redis is waited out before the source becomes a gap. */
const OUTAGE_MS = 10_000;
const PAUSE_MS = 1_000;

/**
 * Connects once a place is free: until the task's deadline where the cap is reached, for a short outage where nobody knows how many
 * are open. @throws SourceUnavailable that says which, also when the deadline ends the wait; what `connect` throws
 */
export async function whenThereIsRoom<T>(connect: () => Promise<T>, { signal }: { readonly signal: AbortSignal }): Promise<T> {
  const since = performance.now();
  for (;;) {
    try {
      return await connect();
    } catch (error) {
      if (!(error instanceof SourceUnavailable)) throw error;
      const mayWait = error.failure === 'cap' || (error.failure === 'cap-unknown' && performance.now() - since < OUTAGE_MS);
      if (!mayWait) throw error;
      // Spread, so that those who wait do not all ask in the same moment.
      await pause(PAUSE_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw error;
    }
  }
}
