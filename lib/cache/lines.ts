/** Waiting lines of one process: of those in a line the first alone is at work, so that a crowd asks Redis like one. */
export interface Lines {
  isEmpty(name: string): boolean;
  /** Does the work when it is the first's turn, or the signal has aborted: the work looks at that first. */
  wait<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function openLines(): Lines {
  const ends = new Map<string, Promise<void>>();
  return {
    isEmpty: (name) => !ends.has(name),
    async wait(name, signal, work) {
      const before = ends.get(name) ?? Promise.resolve();
      const own = Promise.withResolvers<void>();
      const end = before.then(() => own.promise);
      ends.set(name, end);
      try {
        await Promise.race([before, abortOf(signal)]);
        return await work();
      } finally {
        own.resolve();
        if (ends.get(name) === end) ends.delete(name);
      }
    },
  };
}

const abortOf = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
