/** How much memory a process and everything that it started hold, sampled while they run. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface MemoryWatch {
  /** Stops, and gives the largest sum seen in bytes; null where there is no /proc. */
  stop(): Promise<number | null>;
}

/** Reading a process's mappings takes it some milliseconds: often enough to see a peak of seconds, seldom enough not to be one. */
const EVERY_MS = 250;

export function watchMemory(pid: number): MemoryWatch {
  const stopped = new AbortController();
  const watching = (async () => {
    let peak: number | null = null;
    while (!stopped.signal.aborted) {
      const now = await treeBytes(pid);
      if (now !== null) peak = Math.max(peak ?? 0, now);
      await sleep(EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    return peak;
  })();
  return {
    stop: () => {
      stopped.abort();
      return watching;
    },
  };
}

async function treeBytes(root: number): Promise<number | null> {
  const parents = await parentsOf();
  if (parents === null) return null;
  const sizes = await Promise.all(descendants(root, parents).map(proportional));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function parentsOf(): Promise<Map<number, number> | null> {
  const names = await readdir('/proc').catch(() => null);
  if (names === null) return null;
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const pairs = await Promise.all(
    pids.map(async (pid): Promise<[number, number]> => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The name in parentheses may hold anything, so that the fields count from the last one: state, then the parent.
      return [pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0)];
    }),
  );
  return new Map(pairs);
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
