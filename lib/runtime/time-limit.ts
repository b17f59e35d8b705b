export interface TimeLimit {
  /** Fires when the time is over, or with the first of the signals, by its reason. */
  readonly signal: AbortSignal;
  /** The time ran out before any of the signals fired. */
  readonly isOver: boolean;
  /** Nothing fires any more, and nothing is held. */
  end(): void;
}

const timedOut = (): unknown => new DOMException('The operation was aborted due to timeout', 'TimeoutError');

/**
 * For what is asked often: AbortSignal.timeout and AbortSignal.any would hold on to a timer, a signal and all that listen to it until
 * the time is over, long after the work was done, and cost twice as much. Whoever sets it ends it. `late` makes the reason.
 */
export function timeLimit(
  ms: number,
  signals: readonly (AbortSignal | null | undefined)[] = [],
  late: () => unknown = timedOut,
): TimeLimit {
  const given = signals.filter((signal) => signal != null);
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    fire(late());
  }, ms);
  // What waits for an answer keeps a process alive; its limit does not.
  timer.unref();
  const end = (): void => {
    clearTimeout(timer);
    for (const signal of given) signal.removeEventListener('abort', abort);
  };
  const fire = (reason: unknown): void => {
    end();
    controller.abort(reason);
  };
  const abort = (): void => fire(given.find(({ aborted }) => aborted)?.reason);
  for (const signal of given) signal.addEventListener('abort', abort);
  if (given.some(({ aborted }) => aborted)) abort();
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    end,
  };
}
