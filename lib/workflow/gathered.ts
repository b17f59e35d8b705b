import type { ProgressEvent } from '../progress/makers.ts';
import type { RunRef } from '../progress/operations.ts';
import type { Progress } from '../progress/publisher.ts';

/** Milliseconds that what a step says may wait for more: each batch costs a round trip and a frame for every watcher. */
const GATHER_MS = 250;

export interface Gathered {
  say(events: readonly ProgressEvent[]): void;
  /** Sends what is left, and resolves once all of it is through. */
  end(): Promise<void>;
}

interface Waiting {
  said: { readonly run: RunRef; readonly events: readonly ProgressEvent[] }[];
  timer: NodeJS.Timeout | undefined;
  readonly sending: Set<Promise<void>>;
}

/** By run: steps of one run that share a process share batches too. */
const rooms = new WeakMap<Pick<Progress, 'publish'>, Map<string, Waiting>>();

/** Events in the order in which they were said, in few batches. */
export function gathered(progress: Pick<Progress, 'publish'>, run: RunRef): Gathered {
  const room = rooms.get(progress) ?? new Map<string, Waiting>();
  rooms.set(progress, room);

  const flush = (waiting: Waiting): void => {
    clearTimeout(waiting.timer);
    waiting.timer = undefined;
    const { said } = waiting;
    waiting.said = [];
    for (const [one, events] of byEpoch(said)) {
      const sent = progress.publish(one, events).finally(() => {
        waiting.sending.delete(sent);
        if (waiting.sending.size === 0 && waiting.said.length === 0) room.delete(run.runId);
      });
      waiting.sending.add(sent);
    }
  };
  return {
    say(events) {
      if (events.length === 0) return;
      const waiting = room.get(run.runId) ?? { said: [], timer: undefined, sending: new Set() };
      room.set(run.runId, waiting);
      waiting.said.push({ run, events });
      waiting.timer ??= setTimeout(flush, GATHER_MS, waiting);
    },
    async end() {
      const waiting = room.get(run.runId);
      if (waiting === undefined) return;
      flush(waiting);
      await Promise.all(waiting.sending);
    },
  };
}

/** One batch is of one epoch: an older one is refused as a whole. */
function byEpoch(said: Waiting['said']): [RunRef, ProgressEvent[]][] {
  const batches: [RunRef, ProgressEvent[]][] = [];
  for (const { run, events } of said) {
    const last = batches.at(-1);
    if (last?.[0].epoch === run.epoch) last[1].push(...events);
    else batches.push([run, [...events]]);
  }
  return batches;
}
