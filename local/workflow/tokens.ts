/** Task tokens: a state that waits for one is answered from outside, by SendTaskSuccess or SendTaskFailure. */
import { randomBytes } from 'node:crypto';
import { FunctionFailed, StepFunctionsError } from './errors.ts';
import type { Json } from './json.ts';

export interface Tokens {
  /** Mints a token for one entry into a state; `answer` settles with what is sent. `drop` ends its life. */
  mint(): { readonly token: string; readonly answer: Promise<Json>; drop(): void };
  /** These three throw InvalidToken for what was never a token, TaskTimedOut for one whose state has been left. */
  succeed(token: string, output: Json): void;
  fail(token: string, error: string, cause: string): void;
  heartbeat(token: string): void;
}

export function openTokens(): Tokens {
  const waiting = new Map<string, PromiseWithResolvers<Json>>();
  const minted = new Set<string>();
  const take = (token: string): PromiseWithResolvers<Json> => {
    const found = waiting.get(token);
    if (found !== undefined) return found;
    if (minted.has(token)) throw new StepFunctionsError('TaskTimedOut', 'Task Timed Out: the state has been left.');
    throw new StepFunctionsError('InvalidToken', "Invalid Token: 'Invalid token'");
  };
  return {
    mint() {
      const token = randomBytes(48).toString('base64url');
      const resolvers = Promise.withResolvers<Json>();
      // Nobody may be listening any more when a late answer fails.
      resolvers.promise.catch(() => {});
      waiting.set(token, resolvers);
      minted.add(token);
      return { token, answer: resolvers.promise, drop: () => waiting.delete(token) };
    },
    succeed(token, output) {
      take(token).resolve(output);
      waiting.delete(token);
    },
    fail(token, error, cause) {
      take(token).reject(new FunctionFailed(error, cause));
      waiting.delete(token);
    },
    heartbeat(token) {
      take(token);
    },
  };
}
