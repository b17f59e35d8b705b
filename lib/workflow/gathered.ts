import type { ProgressEvent } from '../progress/makers.ts';
import type { RunRef } from '../progress/operations.ts';
import type { Progress } from '../progress/publisher.ts';

/**
 * Milliseconds that what a step says may wait for more: each batch costs a round trip and a frame for every watcher. In a process
 * whose batches take long to get through, so many times as long as the last one took: a crowd's own frames must not hold up its work.
 */
const GATHER_MS = { least: 250, most: 500, timesTheLast: 8 };

export interface Gathered {
  say(events: readonly ProgressEvent[]): void;
  /**
   * The step has said all. Resolves once it is through: a function that has answered is frozen. At once where the process lives on,
   * and while another step of the run is at work in it: the timer sends it.
   */
  end(): Promise<void>;
}

interface Room {
  /** Steps at work. */
  open: number;
  said: { readonly run: RunRef; readonly events: readonly ProgressEvent[] }[];
  timer: NodeJS.Timeout | undefined;
  readonly sending: Set<Promise<void>>;
}

type Publisher = Pick<Progress, 'publish'>;

interface Rooms {
  /** Steps of one run that share a process share batches too. */
  readonly ofRun: Map<string, Room>;
  /** How long the last batch took, in milliseconds. */
  lastMs: number;
}
const all = new WeakMap<Publisher, Rooms>();

const roomsOf = (progress: Publisher): Rooms => {
  const found = all.get(progress) ?? { ofRun: new Map(), lastMs: 0 };
  all.set(progress, found);
  return found;
};

/** Events in the order in which they were said, in few batches. */
export function gathered(progress: Publisher, run: RunRef, livesOn: boolean): Gathered {
  const rooms = roomsOf(progress);
  const room: Room = rooms.ofRun.get(run.runId) ?? { open: 0, said: [], timer: undefined, sending: new Set() };
  rooms.ofRun.set(run.runId, room);
  room.open += 1;
  return {
    say(events) {
      if (events.length === 0) return;
      room.said.push({ run, events });
      const { least, most, timesTheLast } = GATHER_MS;
      const waitMs = Math.min(most, Math.max(least, rooms.lastMs * timesTheLast));
      room.timer ??= setTimeout(() => void flush(progress, run.runId, room), waitMs);
    },
    async end() {
      room.open -= 1;
      if (room.open > 0 || (livesOn && room.timer !== undefined)) return;
      await flush(progress, run.runId, room);
    },
  };
}

/** Before a run's end is told: a step that was left behind may still hold back what others said. */
export async function sayAll(progress: Publisher, runId: string): Promise<void> {
  const room = roomsOf(progress).ofRun.get(runId);
  if (room !== undefined) await flush(progress, runId, room);
}

async function flush(progress: Publisher, runId: string, room: Room): Promise<void> {
  clearTimeout(room.timer);
  room.timer = undefined;
  // Whoever comes from here on opens another: what this one holds is on its way.
  const rooms = roomsOf(progress);
  if (room.open === 0 && rooms.ofRun.get(runId) === room) rooms.ofRun.delete(runId);
  const { said } = room;
  room.said = [];
  for (const [run, events] of byEpoch(said)) {
    const since = performance.now();
    const sent = progress.publish(run, events).finally(() => {
      rooms.lastMs = performance.now() - since;
      room.sending.delete(sent);
    });
    room.sending.add(sent);
  }
  await Promise.all(room.sending);
}

/** One batch is of one epoch: an older one is refused as a whole. */
function byEpoch(said: Room['said']): [RunRef, ProgressEvent[]][] {
  const batches: [RunRef, ProgressEvent[]][] = [];
  for (const { run, events } of said) {
    const last = batches.at(-1);
    if (last?.[0].epoch === run.epoch) last[1].push(...events);
    else batches.push([run, [...events]]);
  }
  return batches;
}
