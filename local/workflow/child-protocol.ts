/** What the runtime and a function's child process say to each other over IPC. */
import type { InvocationFacts } from './lambda-context.ts';

/** Where a child kills itself (SIGKILL), for tests of what survives it. */
export type KillPoint =
  /** Right before its n-th write to a network socket (from 1): around a statement, a COMMIT, a Redis command, a tool call. */
  | { readonly at: 'write'; readonly count: number }
  /** Milliseconds after the event reached the handler. */
  | { readonly at: 'delay'; readonly ms: number }
  /** When the handler has answered, before the answer is sent: the work is done, nobody is told. */
  | { readonly at: 'answer' };

export interface Request {
  readonly payload: unknown;
  readonly facts: InvocationFacts;
  readonly kill?: KillPoint;
}

export type Answer =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string };
