/** Frames to one connection go one after another; connections do not wait for each other. */

/** With so many frames of a connection waiting, further ones are left out: their numbers tell the client what to ask for. */
const MAX_WAITING = 8;

export interface Turns {
  /**
   * Runs `work`, which must not throw, after whatever was given for the same connection before; connections that are behind are
   * passed over unless it `mustRun`. Resolves when it was done or left out.
   */
  take(connectionId: string, work: () => Promise<void>, mustRun: boolean): Promise<void>;
}

export function openTurns(): Turns {
  const lines = new Map<string, { waiting: number; last: Promise<void> }>();
  return {
    take(connectionId, work, mustRun) {
      const line = lines.get(connectionId) ?? { waiting: 0, last: Promise.resolve() };
      if (line.waiting >= MAX_WAITING && !mustRun) return line.last;
      lines.set(connectionId, line);
      line.waiting += 1;
      line.last = line.last.then(work).then(() => {
        line.waiting -= 1;
        if (line.waiting === 0) lines.delete(connectionId);
      });
      return line.last;
    },
  };
}
