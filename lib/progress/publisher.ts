/**
 * What tasks publish with. Progress never fails a run and hardly delays it: `publish` and `terminal` never throw and return
 * within PATIENCE_MS; what is not through by then goes on in the background, and with Redis gone they return at once.
 */
import { randomBytes } from 'node:crypto';
import { CacheUnavailable } from '../cache/errors.ts';
import type { Cursor, ServerMessage } from '../contract/events.ts';
import type { Principal } from '../contract/principal.ts';
import { timeLimit } from '../runtime/time-limit.ts';
import { type FanOutDeps, fanOut, type Turn } from './fan-out.ts';
import { framesOf } from './frames.ts';
import { type LaneBatch, type Outcome, openLane } from './lane.ts';
import type { ProgressEvent } from './makers.ts';
import { operationsOf, type RunRef } from './operations.ts';
import { dropConnection, subscribe } from './registry.ts';
import { append, read } from './stream.ts';
import { openTurns } from './turns.ts';

export interface Progress {
  /** Appends in order, then sends to whoever watches. Events of an older epoch or an ended run are refused, silently. */
  publish(run: RunRef, events: readonly ProgressEvent[]): Promise<void>;
  /** Closes what is open and ends the stream, once; whoever holds the conditional database update calls it, any epoch. */
  terminal(run: RunRef, outcome: Outcome): Promise<void>;
  /** Watches a run and replays to the connection what follows `after`. Throws CacheUnavailable. */
  watch(wanted: Watch): Promise<'watching' | 'expired' | 'not-found'>;
}

export interface Watch {
  readonly runId: string;
  readonly connectionId: string;
  readonly principal: Principal;
  readonly after: Cursor | null;
  readonly requestId?: string;
}

const PATIENCE_MS = 1_000;
/** A gateway request takes about 10 ms; a socket that takes longer than this for one push catches up by replay. */
const PUSH_MS = 1_000;
/** A whole replay must end inside the gateway's 29 s. */
const REPLAY_MS = 20_000;
const REPLAY_PAGE = 500;

export function openProgress(deps: FanOutDeps): Progress {
  const { cache, logger, clock } = deps;
  const rooms = new Map<string, Room>();
  const writer = randomBytes(9).toString('base64url');
  let batches = 0;
  const nextNumber = (): number => {
    batches += 1;
    return batches;
  };

  function roomOf(runId: string): Room {
    const found = rooms.get(runId);
    if (found !== undefined) return found;
    const room = openRoom(deps, runId, { writer, nextNumber, idle: () => void rooms.delete(runId) });
    rooms.set(runId, room);
    return room;
  }

  async function enqueue(run: RunRef, events: readonly ProgressEvent[], outcome?: Outcome): Promise<void> {
    try {
      const now = clock.now();
      const ops = events.flatMap((event) => operationsOf(event, now));
      if (ops.length < events.length)
        logger.warn('An event that is malformed or fits no frame was left out.', { runId: run.runId });
      if (ops.length > 0 || outcome !== undefined) await within(PATIENCE_MS, roomOf(run.runId)(run, ops, outcome));
    } catch (error) {
      logger.warn('Progress was not published.', { runId: run.runId, count: events.length, error });
    }
  }

  return {
    publish: (run, events) => enqueue(run, events),
    terminal: (run, outcome) => enqueue(run, [], outcome),
    watch: async (wanted) => {
      const { runId, connectionId, principal } = wanted;
      if (principal.expiresAt * 1000 <= clock.now().getTime()) return 'expired';
      if (!(await deps.mayStillSee(principal, runId, AbortSignal.timeout(REPLAY_MS)))) return 'not-found';
      // Before the replay is read: what is published in between arrives twice rather than never, and clients drop repeats.
      await subscribe(cache, { runId, connectionId, principal });
      await replayTo(deps, wanted);
      return 'watching';
    },
  };
}

type Room = (run: RunRef, ops: LaneBatch['ops'], outcome?: Outcome) => Promise<void>;

interface Writer {
  readonly writer: string;
  readonly nextNumber: () => number;
  readonly idle: () => void;
}

/** A run's lane to Redis and, behind it, its pushes: a slow socket must not hold up the stream. */
function openRoom(deps: FanOutDeps, runId: string, { writer, nextNumber, idle }: Writer): Room {
  const { cache, logger, clock } = deps;
  const turns = openTurns();
  const pushes = new Set<Promise<void>>();
  let sending = false;
  /** Only once the last frame is through: those of a room opened beside this one would overtake it. */
  const leave = (): void => {
    if (!sending && pushes.size === 0) idle();
  };

  async function send(batch: LaneBatch, number: number): Promise<void> {
    const freshStream = randomBytes(12).toString('base64url');
    const appended = await append(cache, { ...batch, writer, batch: number, freshStream, now: clock.now() });
    if (appended.status !== 'ok' || appended.watchers.size === 0) return;
    const { stream, events, watchers } = appended;
    const frames = framesOf(runId, stream, events);
    const turn: Turn = (connectionId, work) => turns.take(connectionId, work, batch.outcome !== undefined);
    const limit = timeLimit(PUSH_MS);
    const push = fanOut({ ...deps, turn }, runId, frames, watchers, limit.signal).then(() => {
      limit.end();
      pushes.delete(push);
      leave();
    });
    pushes.add(push);
  }

  const lane = openLane({
    nextNumber,
    idle: () => {
      sending = false;
      leave();
    },
    send: async (batch, number) => {
      try {
        await send(batch, number);
      } catch (error) {
        if (error instanceof CacheUnavailable) throw error;
        logger.warn('A batch of progress was refused.', { runId, count: batch.ops.length, error });
      }
    },
    lost: (count, error) => logger.warn('Progress was given up: Redis was gone for too long.', { runId, count, error }),
  });
  return async (run, ops, outcome) => {
    sending = true;
    const since = performance.now();
    await lane.add(run, ops, outcome);
    const isWatched = pushes.size > 0;
    await Promise.all(pushes);
    if (isWatched) deps.pushed?.(runId, performance.now() - since);
  };
}

async function replayTo(deps: FanOutDeps, { runId, connectionId, after, requestId }: Watch): Promise<void> {
  const signal = AbortSignal.timeout(REPLAY_MS);
  let at: Cursor | null = after;
  for (;;) {
    const page = await read(deps.cache, runId, at, REPLAY_PAGE);
    const frames = page.stream === null ? [] : framesOf(runId, page.stream, page.events);
    const last = page.events.at(-1)?.seq ?? page.newest;
    if (page.stream !== null) at = { stream: page.stream, seq: last };
    const end: ServerMessage = {
      v: 1,
      kind: 'replay-end',
      runId,
      stream: page.stream,
      seq: last,
      ...(requestId === undefined ? {} : { requestId }),
    };
    const done = page.stream === null || last >= page.newest;
    for (const frame of done ? [...frames, JSON.stringify(end)] : frames) {
      signal.throwIfAborted();
      if ((await deps.push(connectionId, frame, signal)) === 'gone') return dropConnection(deps.cache, connectionId);
    }
    if (done) return;
  }
}

/** Waits for `work`, which owns its errors and goes on by itself, no longer than `ms`. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
