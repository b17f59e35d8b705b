/** What the system adds to the waits of a run with a model, alone and with many users at once; a plain program on the same fakes is the floor. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import type { Stack } from '../../local/stack.ts';
import { mebibytes, type Row, type Say, seconds, times } from '../result.ts';
import { type Crowd, startCrowd } from '../swarm/crowd.ts';
import { type AtOnce, evenness } from '../swarm/evenness.ts';
import { type Fakes, startFakes } from '../swarm/fakes.ts';
import { criticalMs } from '../swarm/shape.ts';
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

export async function swarmBenchmark({ users, folder, say }: SwarmOptions): Promise<Row[]> {
  const fakes = await startFakes();
  const abort = new AbortController();
  try {
    const plain = { one: await plainly(fakes, 1), many: await plainly(fakes, users) };
    const stack = await startSystem(fakes, folder, abort.signal);
    try {
      const crowd = await startCrowd(stack, fakes.toolsOrigin, users);
      try {
        say('swarm: one run, after one to warm up');
        await together(stack, crowd, 1);
        const one = await together(stack, crowd, 1);
        say(`swarm: ${users} users at once, three times`);
        const first = await together(stack, crowd, users);
        await together(stack, crowd, users);
        const many = await together(stack, crowd, users);
        const subject = `${users} users at once`;
        return [
          row('one run', 1, one, plain.one, goals.one),
          row(`${subject}, the first time`, users, first, plain.many, null),
          row(`${subject}, the third time`, users, many, plain.many, goals.many),
          evenness(`${subject}, each run`, many),
        ];
      } finally {
        await crowd.stop();
      }
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

interface Together extends Measured, AtOnce {}

/** The processor time is that of this process, which runs every function and the whole local runtime; the users have their own. */
async function together(stack: Stack, crowd: Crowd, users: number): Promise<Together> {
  const { value, watched } = await watching(stack, async () => {
    const cpuBefore = process.cpuUsage();
    const outcome = await crowd.run(users);
    const { user, system } = process.cpuUsage(cpuBefore);
    return { ...outcome, cpuMs: (user + system) / 1000 };
  });
  return { ...value, rss: watched.peakBytes, watched };
}

function row(subject: string, runs: number, system: Measured, plain: Measured, goal: number | null): Row {
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
    goal:
      goal === null
        ? null
        : {
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
