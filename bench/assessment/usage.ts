/** What a process and everything that it started use of the machine, sampled while they run. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Usage {
  /** The largest sum of resident memory that was seen. */
  readonly peakBytes: number;
  /** Processor time of all of them, ended ones included. What ran after the last sample is missing. */
  readonly cpuMs: number;
}

export interface UsageWatch {
  /** Null where there is no /proc. */
  stop(): Promise<Usage | null>;
}

/** Reading a process's mappings takes it some milliseconds: often enough to see a peak of seconds, seldom enough not to be one. */
const EVERY_MS = 250;
/** Linux counts processor time in hundredths of a second, on every architecture that Node runs on. */
const TICK_MS = 10;

export function watchUsage(pid: number): UsageWatch {
  const stopped = new AbortController();
  const watching = (async (): Promise<Usage | null> => {
    const cpu = new Map<number, number>();
    let peakBytes = 0;
    while (!stopped.signal.aborted) {
      const all = await processes();
      if (all === null) return null;
      const own = descendants(pid, new Map([...all].map(([id, { parent }]) => [id, parent])));
      for (const id of own) cpu.set(id, all.get(id)?.cpuMs ?? cpu.get(id) ?? 0);
      const sizes = await Promise.all(own.map(proportional));
      peakBytes = Math.max(
        peakBytes,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      await sleep(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    return { peakBytes, cpuMs: [...cpu.values()].reduce((sum, ms) => sum + ms, 0) };
  })();
  return {
    stop: () => {
      stopped.abort();
      return watching;
    },
  };
}

interface Process {
  readonly parent: number;
  readonly cpuMs: number;
}

async function processes(): Promise<Map<number, Process> | null> {
  const names = await readdir('/proc').catch(() => null);
  if (names === null) return null;
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid): Promise<[number, Process]> => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return [pid, processOf(stat)];
    }),
  );
  return new Map(found);
}

/** A line of /proc/<pid>/stat. The name in parentheses may hold anything, so that the fields count from the last one. */
export function processOf(stat: string): Process {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  return { parent: field(4), cpuMs: (field(14) + field(15)) * TICK_MS };
}

/** `root` first. */
export function descendants(root: number, parents: ReadonlyMap<number, number>): number[] {
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid && child !== pid) found.push(child);
  return found;
}

/** Pages that several processes share count once: PostgreSQL's shared buffers would otherwise count for every backend. */
async function proportional(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
}
