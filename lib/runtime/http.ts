/** `http(routes)`: the handler of an API function. Import time opens nothing; each dependency opens with the first request that needs it. */

import { config } from './config.ts';
import type { Route } from './http/route.ts';
import { type HttpDependencies, type HttpHandler, httpStack } from './http/stack.ts';
import { cache, idempotencyStore, logger, verifier } from './resources.ts';

export { ApiError } from './errors.ts';
export { type Route, route } from './http/route.ts';

/** `overrides` is for tests; functions pass routes only. */
export function http(routes: readonly Route[], overrides: Partial<HttpDependencies> = {}): HttpHandler {
  return httpStack(routes, { ...defaults, ...overrides });
}

const defaults: HttpDependencies = {
  logger,
  verify: async (token, signal) => (await verifier())(token, signal),
  takeRequest: async (userId) => {
    const { takeToken } = await import('../cache/limits.ts');
    return takeToken(await cache(), { userId, bucket: 'api', perMinute: config.limits().requestsPerMinute });
  },
  idempotency: {
    claim: async (principal, request) => (await idempotencyStore()).claim(principal, request),
    settle: async (principal, key, answer) => (await idempotencyStore()).settle(principal, key, answer),
    release: async (principal, key) => (await idempotencyStore()).release(principal, key),
  },
};
