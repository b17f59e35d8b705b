import type { Breaker, BreakerState } from '../cache/breaker.ts';
import type { SourceFailure, SourceUnavailable } from './errors.ts';
import type { Owner, Target } from './session.ts';

/** What counts against a server: it did not answer, or only that it cannot. One that refuses works. */
const outages: ReadonlySet<SourceFailure> = new Set(['unreachable', 'lost', 'timed-out', 'server-error']);

/** How one open connection reports to its breaker: an outage once, however many calls it meets, until something works again. */
export interface Standing {
  /** It failed before, so what is remembered of it proves nothing. */
  readonly isDoubtful: boolean;
  /** Nobody waits for it to be told. */
  worked(): void;
  failed(error: SourceUnavailable): Promise<void>;
  /** What worked has been told. @throws what the breaker throws */
  told(): Promise<void>;
}

export function standingOf(
  breaker: Breaker,
  { userId }: Owner,
  { connectionId }: Target,
  { state }: Pick<BreakerState, 'state'>,
): Standing {
  let isCounted = false;
  /** Shared by answers that come together. */
  let telling: Promise<void> | null = null;
  let failure: unknown;
  return {
    isDoubtful: state !== 'closed',
    worked() {
      isCounted = false;
      if (telling !== null) return;
      // Whatever this connection met: other instances count failures too, and those before a success are not in a row with later ones.
      const one = breaker
        .worked(userId, connectionId)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => {
          if (telling === one) telling = null;
        });
      telling = one;
    },
    async failed({ failure }) {
      if (isCounted || !outages.has(failure)) return;
      isCounted = true;
      // What works from here on is another success.
      telling = null;
      await breaker.failed(userId, connectionId);
    },
    async told() {
      await telling;
      if (failure !== undefined) throw failure;
    },
  };
}
