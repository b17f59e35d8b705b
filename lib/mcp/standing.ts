import type { Breaker, BreakerState } from '../cache/breaker.ts';
import type { SourceFailure, SourceUnavailable } from './errors.ts';
import type { Owner, Target } from './session.ts';

/** What counts against a server: it did not answer. One that refuses does. */
const outages: ReadonlySet<SourceFailure> = new Set(['unreachable', 'lost', 'timed-out']);

/** How one open connection reports to its breaker: an outage once, however many calls it meets, until something works again. */
export interface Standing {
  /** It failed before, so what is remembered of it proves nothing. */
  readonly isDoubtful: boolean;
  worked(): Promise<void>;
  failed(error: SourceUnavailable): Promise<void>;
}

export function standingOf(
  breaker: Breaker,
  { userId }: Owner,
  { connectionId }: Target,
  { state }: Pick<BreakerState, 'state'>,
): Standing {
  let isCounted = false;
  let mustClear = state !== 'closed';
  return {
    isDoubtful: mustClear,
    async worked() {
      if (!mustClear) return;
      mustClear = isCounted = false;
      await breaker.worked(userId, connectionId);
    },
    async failed({ failure }) {
      if (isCounted || !outages.has(failure)) return;
      mustClear = isCounted = true;
      await breaker.failed(userId, connectionId);
    },
  };
}
