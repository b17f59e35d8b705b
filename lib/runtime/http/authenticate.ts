import type { Principal } from '../../contract/principal.ts';
import { ApiError } from '../errors.ts';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';

/** Throws Unauthenticated for a token that proves nothing, KeysUnavailable when that cannot be told. */
export type Verify = (token: string, signal?: AbortSignal) => Promise<Principal>;

/** The only place where an HTTP request gets an identity. */
export function authenticate(verify: Verify): HttpMiddleware {
  return {
    async before({ event }) {
      const exchange = exchangeOf(event);
      if (exchange.route?.auth === 'none') return;
      const token = /^Bearer +(\S+)$/i.exec(event.headers['authorization'] ?? '')?.[1];
      if (token === undefined) throw new ApiError('UNAUTHENTICATED', 'This route needs a bearer token.');
      exchange.principal = await verify(token, exchange.signal);
    },
  };
}
