import { createHash } from 'node:crypto';
import type { Principal } from '../../contract/principal.ts';
import { ApiError } from '../errors.ts';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';
import { bodyText } from './read-input.ts';
import type { RouteAnswer } from './route.ts';

/** `new`: go on. `done`: repeat this answer. `running`: an identical request is under way. `mismatch`: the key was used for something else. */
export type Claim =
  | { readonly state: 'new' | 'running' | 'mismatch' }
  | { readonly state: 'done'; readonly status: number; readonly body: unknown };

export interface IdempotencyStore {
  claim(principal: Principal, request: { key: string; route: string; bodyHash: string }): Promise<Claim>;
  settle(principal: Principal, key: string, answer: { status: number; body: unknown }): Promise<void>;
  /** After a failure: the same key may be tried again. */
  release(principal: Principal, key: string): Promise<void>;
}

/** `Idempotency-Key` on POST: the same key and body give the same answer once, whatever the network did in between. */
export function idempotency(store: IdempotencyStore): HttpMiddleware {
  return {
    async before({ event }) {
      const exchange = exchangeOf(event);
      const { principal, route } = exchange;
      const key = event.headers['idempotency-key'];
      if (key === undefined || principal === null || route === null || route.method !== 'POST' || !route.keepsAnswer) return;
      if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
        throw new ApiError('BAD_REQUEST', 'headers.idempotency-key: 1 to 200 visible ASCII characters');
      }
      // The path with its ids: the same key on another project is another request.
      const bodyHash = createHash('sha256').update(bodyText(event)).digest('hex');
      const claim = await store.claim(principal, { key, route: `${route.method} ${event.rawPath}`, bodyHash });
      switch (claim.state) {
        case 'new':
          exchange.claim = {
            settle: (answer) => store.settle(principal, key, stored(answer, route.status)),
            release: () => store.release(principal, key),
          };
          return;
        case 'done':
          exchange.answer = { status: claim.status, body: claim.body ?? undefined };
          return;
        case 'running':
          throw new ApiError('CONFLICT', 'A request with this Idempotency-Key is still under way.', undefined, {
            retryAfterSeconds: 1,
          });
        case 'mismatch':
          throw new ApiError('CONFLICT', 'This Idempotency-Key was used for another request.');
      }
    },
    async after({ event }) {
      const { claim, answer, logger } = exchangeOf(event);
      if (claim === null || answer === null) return;
      // It is done: a key that could not be settled must not turn it into a failure that the client repeats.
      await claim.settle(answer).catch((error: unknown) => logger.warn('idempotency key not settled', { error }));
    },
    async onError({ event }) {
      const { claim, answer, logger } = exchangeOf(event);
      // With an answer in hand the work was done, and only the answer was at fault: done again it would be done twice.
      if (answer !== null) return;
      await claim?.release().catch((error: unknown) => logger.warn('idempotency key not released', { error }));
    },
  };
}

function stored(answer: RouteAnswer<unknown>, status: number): { status: number; body: unknown } {
  if ('redirect' in answer) return { status: 303, body: null };
  return { status: answer.status ?? status, body: answer.body ?? null };
}
