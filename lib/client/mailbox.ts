/** Messages waiting for one reader, who waits for them with a limit. */
export interface Mailbox<T> {
  put(message: T): void;
  /** The oldest message, or null when none came within `ms`. Rejects with the abort reason. */
  take(ms: number, signal: AbortSignal): Promise<T | null>;
}

export function openMailbox<T>(): Mailbox<T> {
  const waiting: T[] = [];
  let wake: (() => void) | null = null;
  return {
    put: (message) => {
      waiting.push(message);
      wake?.();
    },
    take: async (ms, signal) => {
      signal.throwIfAborted();
      if (waiting.length === 0) {
        await moment(ms, signal, (resume) => {
          wake = resume;
        });
      }
      wake = null;
      signal.throwIfAborted();
      return waiting.shift() ?? null;
    },
  };
}

/** Resolves after `ms`, when the signal is aborted, or when whoever got the resume function calls it. */
export function moment(ms: number, signal: AbortSignal, early?: (resume: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const resume = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', resume);
      resolve();
    };
    const timer = setTimeout(resume, Math.max(0, ms));
    signal.addEventListener('abort', resume);
    early?.(resume);
  });
}
