/**
 * A run's events, from the beginning to its one end, whatever happens to the socket. Lost sockets are opened again with a fresh
 * ticket, repeats dropped, gaps asked for again; where no socket can be had, the run's state is polled. What comes out is one
 * valid AG-UI stream.
 */
import type { Envelope } from '../contract/events.ts';
import type { FollowDeps, Following } from './following.ts';
import { moment } from './mailbox.ts';
import { openPoll } from './poll.ts';
import { openReconciler } from './reconcile.ts';
import { openSequence } from './sequence.ts';
import { listen, SocketLost } from './session.ts';

/** So many sockets in a row could not be had: poll. */
const FAILURES_BEFORE_POLLING = 3;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

/**
 * Ends after the terminal event. Throws ApiRequestFailed where the run is not to be seen (401, 403, 404), and the abort reason.
 */
export async function* follow(
  deps: FollowDeps,
  runId: string,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Envelope, void> {
  const signal = options.signal ?? new AbortController().signal;
  const run: Following = { runId, sequence: openSequence(), reconciler: openReconciler(), signal };
  const poll = openPoll(deps, run);
  for (let failures = 0; ; ) {
    try {
      yield* listen(deps, run, poll.view);
    } catch (error) {
      if (!(error instanceof SocketLost)) throw error;
      failures = error.heard ? 1 : failures + 1;
    }
    if (run.reconciler.ended) return;
    if (failures >= FAILURES_BEFORE_POLLING) yield* poll.changes();
    if (run.reconciler.ended) return;
    const delay = Math.min(FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 10), LONGEST_DELAY_MS);
    await moment(delay * (0.5 + deps.random() / 2), signal);
    signal.throwIfAborted();
  }
}
