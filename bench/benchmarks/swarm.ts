/** What the system adds to the waits of a run with a model, alone and with many users at once; a plain program on the same fakes is the floor. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { startStack } from '../../local/stack.ts';
import { mebibytes, type Row, type Say, seconds, times } from '../result.ts';
import { type Fakes, startFakes } from '../swarm/fakes.ts';
import { enrol, type Person, runOnce } from '../swarm/people.ts';
import { criticalMs, shape } from '../swarm/shape.ts';

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
    const stack = await startStack({
      dataDir: join(folder, 'swarm'),
      signal: abort.signal,
      loopbackOrigins: () => [fakes.toolsOrigin],
      environment: {
        ...{ OPENAI_API_KEY: 'bench', OPENAI_MODEL: 'fake', OPENAI_BASE_URL: fakes.modelUrl, LOG_LEVEL: 'silent' },
        REQUESTS_PER_MINUTE: '10000',
      },
    });
    try {
      const people: Person[] = [];
      for (let at = 0; at < users; at += 1) people.push(await enrol(stack, fakes.toolsOrigin, shape.sources));
      say('swarm: one run, after one to warm up');
      await together(people.slice(0, 1));
      const one = await together(people.slice(0, 1));
      say(`swarm: ${users} users at once`);
      const many = await together(people);
      return [row('one run', 1, one, plain.one, goals.one), row(`${users} users at once`, users, many, plain.many, goals.many)];
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

/** All of them at once; the processor time is that of this process, which runs every function and the whole local runtime. */
async function together(people: readonly Person[]): Promise<Measured> {
  const cpuBefore = process.cpuUsage();
  let rss = 0;
  const sampling = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage().rss);
  }, 100);
  const from = performance.now();
  const runs = await Promise.all(people.map(runOnce));
  const wallMs = performance.now() - from;
  clearInterval(sampling);
  const { user, system } = process.cpuUsage(cpuBefore);
  const other = runs.find(({ ended }) => ended !== 'complete');
  if (other !== undefined) throw new Error(`run ${other.runId} ended as ${other.ended}`);
  return { wallMs, cpuMs: (user + system) / 1000, rss };
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
