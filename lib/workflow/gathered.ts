import type { ProgressEvent } from '../progress/makers.ts';

/** Milliseconds that what a step says may wait for more: each batch costs a round trip and a frame for every watcher. */
const GATHER_MS = 250;

export interface Gathered {
  say(events: readonly ProgressEvent[]): void;
  /** Sends what is left, and resolves once all of it is through. */
  end(): Promise<void>;
}

/** Events in order, in few batches. `send` never throws. */
export function gathered(send: (events: readonly ProgressEvent[]) => Promise<void>): Gathered {
  const sent: Promise<void>[] = [];
  let waiting: ProgressEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) sent.push(send(waiting));
    waiting = [];
  };
  return {
    say(events) {
      waiting.push(...events);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    async end() {
      flush();
      await Promise.all(sent);
    },
  };
}
