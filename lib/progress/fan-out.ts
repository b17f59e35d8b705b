/** Sends frames to those who watch a run and may still see it. */
import type { Cache } from '../cache/cache.ts';
import type { Principal } from '../contract/principal.ts';
import { dropConnection, readPrincipal, unsubscribe } from './registry.ts';

/** `gone` for a connection the gateway no longer knows (410): it is forgotten, never retried. Anything thrown is a frame lost. */
export type Push = (connectionId: string, frame: string, signal: AbortSignal) => Promise<'sent' | 'gone'>;

/** Asked at every push: is this person still a member of the run's project? */
export type MayStillSee = (principal: Principal, runId: string, signal: AbortSignal) => Promise<boolean>;

/** Runs the work for a connection when it is its turn, or leaves it out. */
export type Turn = (connectionId: string, work: () => Promise<void>) => Promise<void>;

export interface ProgressLog {
  warn(message: string, fields?: { readonly runId?: string; readonly count?: number; readonly error?: unknown }): void;
}

export interface FanOutDeps {
  readonly cache: Cache;
  readonly push: Push;
  readonly mayStillSee: MayStillSee;
  /** Told how many milliseconds it took from publishing until everybody who watches was sent it. */
  readonly pushed?: (runId: string, ms: number) => void;
  readonly logger: ProgressLog;
  readonly clock: { now(): Date };
}

/**
 * Whoever is slow, gone, expired or no longer allowed costs the others nothing: `signal` ends it all, and a client that
 * missed a frame sees the gap in the numbers and asks again. Never throws.
 */
export async function fanOut(
  deps: FanOutDeps & { readonly turn: Turn },
  runId: string,
  frames: readonly string[],
  watchers: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const { mayStillSee, logger } = deps;
  const answers = new Map<string, Promise<boolean>>();
  // One question per person and push, however many windows are open; not remembered, because membership can end at any time.
  const maySee = (principal: Principal): Promise<boolean> => {
    const asked = answers.get(principal.userId) ?? mayStillSee(principal, runId, signal);
    answers.set(principal.userId, asked);
    return asked;
  };
  await Promise.all(
    [...watchers].map(([connectionId, text]) =>
      deps.turn(connectionId, async () => {
        try {
          await deliver(deps, { runId, connectionId, principal: readPrincipal(text), maySee }, frames, signal);
        } catch (error) {
          logger.warn('A watcher missed a frame.', { runId, error });
        }
      }),
    ),
  );
}

interface Watcher {
  readonly runId: string;
  readonly connectionId: string;
  readonly principal: Principal;
  readonly maySee: (principal: Principal) => Promise<boolean>;
}

async function deliver(deps: FanOutDeps, watcher: Watcher, frames: readonly string[], signal: AbortSignal): Promise<void> {
  const { runId, connectionId, principal, maySee } = watcher;
  const expired = principal.expiresAt * 1000 <= deps.clock.now().getTime();
  if (expired || !(await maySee(principal))) return unsubscribe(deps.cache, { runId, connectionId });
  for (const frame of frames) {
    signal.throwIfAborted();
    if ((await deps.push(connectionId, frame, signal)) === 'gone') return dropConnection(deps.cache, connectionId);
  }
}
