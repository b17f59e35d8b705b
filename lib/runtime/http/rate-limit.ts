import { ApiError } from '../errors.ts';
import { exchangeOf, type HttpMiddleware } from './exchange.ts';

/** One request of one user; open-ended when the counter cannot be reached (a limit must not take the API down). */
export type TakeRequest = (userId: string) => Promise<{ readonly allowed: boolean; readonly retryAfterSeconds: number }>;

export function rateLimit(take: TakeRequest): HttpMiddleware {
  return {
    async before({ event }) {
      const { principal } = exchangeOf(event);
      if (principal === null) return;
      const { allowed, retryAfterSeconds } = await take(principal.userId);
      if (!allowed) throw tooMany(retryAfterSeconds);
    },
  };
}

export const tooMany = (retryAfterSeconds: number): ApiError =>
  new ApiError(
    'RATE_LIMITED',
    `Too many requests: try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
    { retryAfterSeconds },
  );
