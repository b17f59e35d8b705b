/** One socket's life: ticket, subscribe, events; asks again for what is missing and notices when nobody answers any more. */
import * as z from 'zod';
import { type ApiErrorCode, apiErrors } from '../contract/errors.ts';
import type { Cursor, Envelope } from '../contract/events.ts';
import { ApiRequestFailed, ApiUnreachable, ClientError } from './errors.ts';
import { envelopes, type FollowDeps, type Following, forbidden } from './following.ts';
import { openPatience } from './patience.ts';
import { endOf, type RunView } from './poll.ts';
import type { Received } from './sequence.ts';
import { openSocket } from './socket.ts';
import { readFrame } from './wire.ts';

/** The socket could not be had or ended; `heard` says whether it ever brought anything. */
export class SocketLost extends ClientError {
  override name = 'SocketLost';
  readonly heard: boolean;
  constructor(heard: boolean, cause?: unknown) {
    super('The connection was lost.', { cause });
    this.heard = heard;
  }
}

const OPEN_MS = 10_000;

/** Ends with the run, or throws SocketLost. `viewOf` asks the database, for an end that was never published. */
export async function* listen(
  deps: FollowDeps,
  run: Following,
  viewOf: () => Promise<RunView | null>,
): AsyncGenerator<Envelope, void> {
  const { runId, sequence, reconciler, signal } = run;
  const socket = openSocket(deps.WebSocket, `${deps.wsUrl}?ticket=${await ticket(deps, signal)}`);
  try {
    const first = await socket.happenings.take(OPEN_MS, signal);
    if (first?.kind !== 'open') throw new SocketLost(false);

    const patience = openPatience(performance.now());
    let asks = 0;
    const ask = (): void => {
      asks += 1;
      patience.asked(performance.now());
      socket.send({ action: 'subscribe', requestId: `s${asks}`, runId, after: sequence.cursor });
    };
    ask();

    let heard = false;
    let over: RunView | null = null;
    while (!reconciler.ended) {
      const mail = await socket.happenings.take(patience.due() - performance.now(), signal);
      if (mail === null) {
        const verdict = patience.verdict(performance.now());
        if (verdict === 'lost') throw new SocketLost(heard);
        if (verdict === 'quiet') over = await viewOf();
        if (verdict !== 'wait') ask();
        continue;
      }
      if (mail.kind === 'closed') throw new SocketLost(heard);
      if (mail.kind === 'open') continue;

      const frame = readFrame(mail.data);
      const now = performance.now();
      if (frame.kind === 'events' && frame.runId === runId) {
        heard = true;
        const ready = frame.events.flatMap((received) => sequence.accept(received));
        patience.heard(now, { delivered: ready.length > 0, gap: sequence.gap });
        yield* shown(run, ready);
      } else if (frame.kind === 'replay-end' && frame.requestId === `s${asks}`) {
        heard = true;
        const missing = behind(frame, sequence.cursor);
        patience.answered(now, missing);
        // Everything stored has arrived and there is no end among it: it was lost with Redis, but the database knows it.
        if (!missing && over !== null && over.outcome !== null) yield* envelopes(run, endOf(run, over, over.outcome));
      } else if (frame.kind === 'error' && frame.requestId === `s${asks}`) {
        throw refusal(frame);
      }
    }
  } finally {
    socket.close();
  }
}

async function ticket({ send }: FollowDeps, signal: AbortSignal): Promise<string> {
  try {
    const answer = await send({ method: 'POST', path: '/ws-tickets', answer: z.object({ ticket: z.string() }), signal });
    return encodeURIComponent(answer.ticket);
  } catch (error) {
    if (error instanceof ApiUnreachable) throw new SocketLost(false, error);
    if (error instanceof ApiRequestFailed && !forbidden(error)) throw new SocketLost(false, error);
    throw error;
  }
}

const behind = (end: Cursor | { stream: null; seq: number }, at: Cursor | null): boolean =>
  end.stream !== null && (at === null ? end.seq > 0 : end.stream !== at.stream || end.seq > at.seq);

/** Not found stays not found; an expired sign-in or a busy server may be mended by another socket with a fresh token. */
function refusal({ code, message }: { readonly code: ApiErrorCode; readonly message: string }): ClientError {
  if (code !== 'NOT_FOUND' && code !== 'FORBIDDEN') return new SocketLost(false);
  return new ApiRequestFailed({ status: apiErrors[code], code, message, requestId: null, retryAfterSeconds: null });
}

/** The parts of a snapshot are reconciled together, other events one by one. */
function* shown({ runId, reconciler }: Following, ready: readonly Received[]): Generator<Envelope, void> {
  const envelope = ({ stream, seq, time }: Received, event: Envelope['event']): Envelope => ({
    v: 1,
    runId,
    stream,
    seq,
    time,
    event,
  });
  const parts = ready.filter(({ snapshot }) => snapshot !== undefined);
  const [first] = parts;
  if (first !== undefined) {
    const events = reconciler.reset(parts.flatMap(({ event }) => event ?? []));
    yield* events.map((event) => envelope(first, event));
  }
  for (const received of ready) {
    if (received.snapshot !== undefined || received.event === null) continue;
    yield* reconciler.next(received.event).map((event) => envelope(received, event));
  }
}
