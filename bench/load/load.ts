/** Many users, each once, over a while. */
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from '../../lib/contract/report.ts';
import type { Stack } from '../../local/stack.ts';
import type { Say } from '../result.ts';
import { type Fakes, startFakes } from '../swarm/fakes.ts';
import { enrol, runOnce } from '../swarm/people.ts';
import { type Requests, recordRequests } from '../swarm/requests.ts';
import { shape } from '../swarm/shape.ts';
import { startSystem } from '../swarm/system.ts';
import { type Watched, watching } from '../swarm/watch.ts';

export interface LoadOptions {
  readonly users: number;
  /** From the first arrival to the last. */
  readonly minutes: number;
  readonly folder: string;
  readonly say: Say;
}

export interface Load {
  /** Milliseconds of each, by route. */
  readonly requests: ReadonlyMap<string, readonly number[]>;
  /** From start to end, of each run that ended. */
  readonly runs: readonly number[];
  /** One line each. */
  readonly errors: readonly string[];
  readonly watched: Watched;
}

/** A run takes some seconds. Who is not done so long after the last arrival is an error, and the load ends all the same. */
const GRACE_MS = 120_000;

export async function load({ users, minutes, folder, say }: LoadOptions): Promise<Load> {
  const fakes = await startFakes();
  const abort = new AbortController();
  try {
    const stack = await startSystem(fakes, folder, abort.signal);
    try {
      return await visits(stack, fakes, { users, overMs: minutes * 60_000, say, stopped: abort.signal });
    } finally {
      await stack.stop();
    }
  } finally {
    abort.abort();
    await fakes.stop();
  }
}

interface Arrivals {
  readonly users: number;
  readonly overMs: number;
  readonly say: Say;
  /** Where the load itself failed nobody arrives any more. */
  readonly stopped: AbortSignal;
}

async function visits(stack: Stack, fakes: Fakes, { users, overMs, say, stopped }: Arrivals): Promise<Load> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(overMs + GRACE_MS)]);
  const requests = recordRequests(stack, signal);
  const runs: number[] = [];
  const failures: string[] = [];
  const tenth = Math.ceil(users / 10);
  let done = 0;
  const visit = async (afterMs: number): Promise<void> => {
    try {
      await sleep(afterMs, undefined, { signal });
      const person = await enrol(stack, { toolsOrigin: fakes.toolsOrigin, sources: shape.sources, fetch: requests.fetch });
      const { wallMs, runId, ended } = await runOnce(person, signal);
      runs.push(wallMs);
      if (ended !== 'complete') failures.push(`run ${runId} ended as ${ended}`);
      await person.client.request({ method: 'GET', path: `/runs/${runId}/report?format=json`, answer: report, signal });
    } catch (error) {
      failures.push(`a visit ended early: ${error instanceof Error ? error.message : String(error)}`);
    }
    done += 1;
    if (done % tenth === 0) say(`${done} of ${users} users have their report or an error`);
  };
  const { watched } = await watching(stack, () => Promise.all(arrivals(users, overMs).map(visit)));
  return { requests: requests.times, runs, errors: [...requests.failures, ...failures, ...lostSockets(requests)], watched };
}

/** Evenly: two loads of the same size then ask the same of the system. @returns milliseconds after the start */
export const arrivals = (users: number, overMs: number): number[] =>
  Array.from({ length: users }, (_, at) => (users === 1 ? 0 : (at * overMs) / (users - 1)));

/** A follower mends a lost socket by itself, with a new ticket; here nothing should have cut it. */
function lostSockets({ times }: Requests): string[] {
  const count = (name: string): number => times.get(name)?.length ?? 0;
  const lost = count('POST /ws-tickets') - count('POST /projects/{projectId}/runs');
  return lost > 0 ? [`${lost} sockets were lost and opened again`] : [];
}
