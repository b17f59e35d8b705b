/** For tests of the HTTP stack: the whole of it, with dependencies in memory. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Principal } from '../../contract/principal.ts';
import { lambdaContext, memoryLogger } from '../testing.ts';
import type { Route } from './route.ts';
import { type HttpDependencies, httpStack } from './stack.ts';

export const ada: Principal = { userId: '11111111-1111-4111-8111-111111111111', email: null, expiresAt: 4_000_000_000 };
export const bearer = { authorization: 'Bearer good' };
export const named = (name: string, message = 'canary-in-message'): Error => Object.assign(new Error(message), { name });

export function stack(routes: readonly Route[], overrides: Partial<HttpDependencies> = {}) {
  const logger = memoryLogger();
  const handler = httpStack(routes, {
    logger: () => logger,
    verify: async (token) => {
      if (token !== 'good') throw named('Unauthenticated');
      return ada;
    },
    takeRequest: async () => ({ allowed: true, retryAfterSeconds: 0 }),
    idempotency: {
      claim: async () => ({ state: 'new' }),
      settle: async () => {},
      release: async () => {},
    },
    ...overrides,
  });
  const call = async (event: APIGatewayProxyEventV2, remainingMs?: number) => {
    const answer = await handler(event, lambdaContext(remainingMs));
    const body: { error?: { code: string; message: string; requestId: string; details?: unknown } } & Record<string, unknown> =
      answer.body === undefined ? {} : JSON.parse(answer.body);
    return { status: answer.statusCode, headers: answer.headers ?? {}, body };
  };
  return { call, logger };
}
