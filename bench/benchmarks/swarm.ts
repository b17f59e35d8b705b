/** What the system adds to the waits of a run with a model, alone and with many users at once; a plain program on the same fakes is the floor. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Stack } from '../../local/stack.ts';
import { mebibytes, type Row, type Say, seconds, times } from '../result.ts';
import { type Crowd, evenness } from '../swarm/evenness.ts';
import { type Fakes, startFakes } from '../swarm/fakes.ts';
import { enrol, type Person, runOnce } from '../swarm/people.ts';
import { recordRequests } from '../swarm/requests.ts';
import { criticalMs, shape } from '../swarm/shape.ts';
import { startSystem } from '../swarm/system.ts';
import { watching } from '../swarm/watch.ts';

export interface SwarmOptions {
  /** At once, in the second measurement. */
  readonly users: number;
  readonly folder: string;
  readonly say: Say;
}

const measured = z.object({ wallMs: z.number(), cpuMs: z.number(), rss: z.number() });
type Measured = z.infer<typeof measured>;

/** Of the wall time over the critical path; CPU seconds of one run. */
const goals = { one: 1.1, many: 1.4, cpuSeconds: 0.45 } as const;
/** A run takes some seconds; one that takes minutes has failed. */
const LONGEST_MS = 120_000;

export async function swarmBenchmark({ users, folder, say }: SwarmOptions): Promise<Row[]> {
  const fakes = await startFakes();
  const abort = new AbortController();
  try {
    const plain = { one: await plainly(fakes, 1), many: await plainly(fakes, users) };
    const stack = await startSystem(fakes, folder, abort.signal);
    try {
      const requests = recordRequests(stack, abort.signal);
      const { toolsOrigin } = fakes;
      const people: Person[] = [];
      for (let at = 0; at < users; at += 1)
        people.push(await enrol(stack, { toolsOrigin, sources: shape.sources, fetch: requests.fetch }));
      say('swarm: one run, after one to warm up');
      const warming = await together(stack, people.slice(0, 1));
      const one = await together(stack, people.slice(0, 1));
      say(`swarm: ${users} users at once`);
      const many = await together(stack, people);
      const failures = [...[warming, one, many].flatMap((each) => each.failures), ...requests.failures];
      const subject = `${users} users at once`;
      return [
        row('one run', 1, one, plain.one, goals.one),
        row(subject, users, many, plain.many, goals.many),
        evenness(`${subject}, each run`, { ...many, failures }),
      ];
    } finally {
      await stack.stop();
    }
  } finally {
    abort.abort();
    await fakes.stop();
  }
}

async function plainly({ modelUrl, toolsOrigin }: Fakes, users: number): Promise<Measured> {
  const child = fork(fileURLToPath(new URL('../swarm/plain-child.ts', import.meta.url)), [modelUrl, toolsOrigin, String(users)]);
  const [message]: unknown[] = await once(child, 'message', { signal: AbortSignal.timeout(120_000) });
  return measured.parse(message);
}

interface Together extends Measured, Crowd {}

/** All of them at once; the processor time is that of this process, which runs every function and the whole local runtime. */
async function together(stack: Stack, people: readonly Person[]): Promise<Together> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const { value, watched } = await watching(stack, async () => {
    const cpuBefore = process.cpuUsage();
    const from = performance.now();
    const ended = await Promise.allSettled(people.map((person) => runOnce(person, signal)));
    const { user, system } = process.cpuUsage(cpuBefore);
    return { ended, wallMs: performance.now() - from, cpuMs: (user + system) / 1000 };
  });
  const { ended, wallMs, cpuMs } = value;
  const runs: number[] = [];
  const failures: string[] = [];
  for (const run of ended) {
    if (run.status === 'rejected') {
      failures.push(`a run could not be followed: ${String(run.reason)}`);
      continue;
    }
    runs.push(run.value.wallMs);
    if (run.value.ended !== 'complete') failures.push(`run ${run.value.runId} ended as ${run.value.ended}`);
  }
  return { wallMs, cpuMs, rss: watched.peakBytes, runs, failures, watched };
}

function row(subject: string, runs: number, system: Measured, plain: Measured, goal: number): Row {
  const over = (one: Measured): number => one.wallMs / criticalMs;
  const cpu = (one: Measured): number => one.cpuMs / 1000 / runs;
  const told = (one: Measured): string =>
    `${seconds(one.wallMs)}, ${over(one).toFixed(2)} of the critical path, ${cpu(one).toFixed(2)} CPU s a run, ${mebibytes(one.rss)}`;
  const isCpuMet = runs === 1 || cpu(system) <= goals.cpuSeconds;
  return {
    ...{
      benchmark: 'swarm',
      subject,
      result: told(system),
      baseline: `plain ${told(plain)}`,
      ratio: system.wallMs / plain.wallMs,
    },
    goal: {
      text: `${times(goal)}${runs === 1 ? '' : `, ${goals.cpuSeconds} CPU s`} (critical path ${seconds(criticalMs)})`,
      met: over(system) <= goal && isCpuMet,
    },
    figures: {
      wallMs: system.wallMs,
      cpuMs: system.cpuMs,
      rss: system.rss,
      criticalMs,
      plainWallMs: plain.wallMs,
      plainCpuMs: plain.cpuMs,
    },
  };
}
