/** What the parts of following a run share. */
import type { Envelope, RunEventBody } from '../contract/events.ts';
import type { ApiRequestFailed } from './errors.ts';
import type { SendJson } from './http.ts';
import type { Reconciler } from './reconcile.ts';
import type { Sequence } from './sequence.ts';
import type { SocketConstructor } from './socket.ts';

export interface FollowDeps {
  readonly send: SendJson;
  readonly wsUrl: string;
  readonly WebSocket: SocketConstructor;
  /** 0 to 1, for the jitter. */
  readonly random: () => number;
}

export interface Following {
  readonly runId: string;
  readonly sequence: Sequence;
  readonly reconciler: Reconciler;
  readonly signal: AbortSignal;
}

/** Another try changes nothing: the run is not this user's to see, or the sign-in is over. */
export const forbidden = ({ status }: ApiRequestFailed): boolean => status === 401 || status === 403 || status === 404;

/** Events that no frame carried, at the place where the reader stands. */
export function* envelopes({ runId, sequence }: Following, events: readonly RunEventBody[]): Generator<Envelope, void> {
  const { stream, seq } = sequence.cursor ?? { stream: 'polled-state', seq: 0 };
  for (const event of events) yield { v: 1, runId, stream, seq, time: new Date().toISOString(), event };
}
