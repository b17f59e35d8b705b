import type { Principal } from '../../../lib/contract/principal.ts';
import type { Clock } from '../../../lib/runtime/clock.ts';
import { ApiError } from '../../../lib/runtime/errors.ts';
import type { SocketRequest } from '../../../lib/runtime/websocket.ts';

export interface ConnectDependencies {
  readonly allowedOrigins: () => readonly string[];
  readonly redeem: (ticket: string) => Promise<Principal | null>;
  readonly register: (connectionId: string, principal: Principal) => Promise<void>;
  readonly clock: Clock;
}

/**
 * $connect: a ticket instead of a token, because a browser cannot set headers here. A page of a foreign origin is refused before
 * its ticket is looked at; a program sends no Origin and needs nothing but the ticket. Throws ApiError, which refuses the socket.
 */
export function connect({ allowedOrigins, redeem, register, clock }: ConnectDependencies) {
  return async ({ connectionId, origin, query }: SocketRequest): Promise<void> => {
    if (origin !== null && !allowedOrigins().includes(origin)) throw new ApiError('FORBIDDEN', 'This origin may not connect.');
    const ticket = query['ticket'] ?? '';
    // 256 bits in base64url; anything else needs no question to the store.
    const principal = /^[\w-]{43}$/.test(ticket) ? await redeem(ticket) : null;
    if (principal === null || principal.expiresAt * 1000 <= clock.now().getTime()) {
      throw new ApiError('UNAUTHENTICATED', 'The ticket is unknown, used or expired: ask for another.');
    }
    await register(connectionId, principal);
  };
}
