import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Stack } from '../../local/stack.ts';
import { type Order, type Outcome, outcome } from './crowd-protocol.ts';

export interface Crowd {
  /** The first so many of them start a run at once. */
  run(users: number): Promise<Outcome>;
  stop(): Promise<void>;
}

/** Until the last of them has a report or an error, enrolment of all included. */
const PATIENCE_MS = 180_000;

/** Users of a system, each with own sign-in, project and connections. */
export async function startCrowd(stack: Stack, toolsOrigin: string, users: number): Promise<Crowd> {
  const child = fork(fileURLToPath(new URL('crowd-child.ts', import.meta.url)), []);
  const ask = async (given: Order): Promise<Outcome> => {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const ended = once(child, 'exit', { signal }).then(([code]) =>
      Promise.reject(new Error(`the users ended with ${String(code)}`)),
    );
    try {
      child.send(given);
      const [message]: unknown[] = await Promise.race([once(child, 'message', { signal }), ended]);
      return outcome.parse(message);
    } finally {
      ended.catch(() => undefined);
      over.abort();
    }
  };
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill();
    await exited;
  };
  const { issuer, api, machines } = stack;
  const reached = {
    issuer: { url: issuer.url, anonKey: issuer.anonKey },
    api: { url: api.url, webSocketUrl: api.webSocketUrl },
    machines: { httpRoutes: machines.httpRoutes },
  };
  try {
    await ask({ kind: 'enrol', stack: reached, toolsOrigin, users });
  } catch (error) {
    await stop();
    throw error;
  }
  return { run: (count) => ask({ kind: 'run', users: count }), stop };
}
