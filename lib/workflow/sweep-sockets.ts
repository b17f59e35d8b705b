import type { Cache } from '../cache/cache.ts';
import { dropConnection, expiredConnections } from '../progress/registry.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Push } from '../runtime/push.ts';

export interface SweepSocketsDeps {
  readonly cache: Cache;
  readonly push: Push;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** Closes sockets whose token has expired: they get no frame any more, but an idle one would never notice (contracts.md, WebSocket). */
export async function closeExpiredSockets({ cache, push, clock, logger, signal }: SweepSocketsDeps): Promise<void> {
  for (const connectionId of await expiredConnections(cache, clock.now())) {
    signal.throwIfAborted();
    try {
      await push.disconnect(connectionId);
      await dropConnection(cache, connectionId);
    } catch (error) {
      logger.warn('an expired socket was not closed', { socketId: connectionId, error });
    }
  }
}
