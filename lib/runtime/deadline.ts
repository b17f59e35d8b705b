import { DeadlineExceeded } from './errors.ts';

interface Remaining {
  getRemainingTimeInMillis?(): number;
}

/**
 * Milliseconds before the kill at which middy answers for work that did not heed its signal: always after the signal,
 * also where timeouts are scaled down to fractions of a second.
 */
export const BACKSTOP_MS = 20;

/**
 * A signal that aborts while there is still time to say why: `limitMs` from now, or when only a tenth of the Lambda's
 * remaining time (at most 5 s) is left, whichever comes first. The share scales with timeouts that are scaled down.
 */
export function deadlineSignal(
  context: Remaining,
  limitMs = Number.POSITIVE_INFINITY,
): { signal: AbortSignal; deadline: number } {
  const remaining = context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  const own = remaining - Math.min(5_000, Math.max(2 * BACKSTOP_MS, remaining / 10));
  // setTimeout's range is 2^31 - 1 ms; no context and no limit means no deadline worth the name.
  const ms = Math.max(0, Math.min(limitMs, own, 2_147_483_647));
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DeadlineExceeded(`The time limit of ${Math.round(ms)} ms has passed.`)),
    ms,
  );
  timer.unref();
  return { signal: controller.signal, deadline: Date.now() + ms };
}
