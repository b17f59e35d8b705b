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
    const answer = once(child, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    child.send(given);
    const [message]: unknown[] = await answer;
    return outcome.parse(message);
  };
  const { issuer, api, machines } = stack;
  const reached = {
    issuer: { url: issuer.url, anonKey: issuer.anonKey },
    api: { url: api.url, webSocketUrl: api.webSocketUrl },
    machines: { httpRoutes: machines.httpRoutes },
  };
  await ask({ kind: 'enrol', stack: reached, toolsOrigin, users });
  return {
    run: (count) => ask({ kind: 'run', users: count }),
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
