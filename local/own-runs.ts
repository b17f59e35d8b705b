/**
 * What this process has begun and must end: runs and connections, one small file each. Another start finds what a killed process left
 * behind, and ends it; what belongs to a living process is left alone.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Invoke } from './gateway/invoke.ts';
import { isAlive } from './services/users.ts';
import type { StatusChange } from './workflow/status-event.ts';

const owner = z.object({ pid: z.int(), startedAt: z.string().nullable() });

export interface OwnThings {
  /** Written before it returns: the next moment may be the last. */
  note(id: string): void;
  forget(id: string): Promise<void>;
  /** Ids whose process is gone. */
  abandoned(): Promise<string[]>;
}

export function ownThings(dataDir: string, kind: 'runs' | 'connections'): OwnThings {
  const folder = join(dataDir, kind);
  const fileOf = (id: string): string => join(folder, `${id}.json`);
  return {
    note(id) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(fileOf(id), JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
    },
    forget: (id) => rm(fileOf(id), { force: true }),
    async abandoned() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
      return names.map((name) => name.slice(0, -'.json'.length)).filter((id) => !isOwned(fileOf(id)));
    },
  };
}

/** Half a file is what a process left that was killed while it wrote. */
function isOwned(file: string): boolean {
  try {
    const { pid, startedAt } = owner.parse(JSON.parse(readFileSync(file, 'utf8')));
    return isAlive(pid) && startOf(pid) === startedAt;
  } catch {
    return false;
  }
}

/** When a process began, in ticks since the machine did: its number alone may have been given to another. Null without /proc. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold spaces and brackets; the 22nd field is the 20th after it.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

export interface OwnRuns {
  /** Notes a run whose machine starts, and forgets it once the machine has concluded it. */
  watch(event: StatusChange): void;
  /** Concludes the runs of processes that are gone, as RunMachine's end would have; none of them stands in the way of a start. */
  concludeAbandoned(invoke: Invoke, signal: AbortSignal): Promise<void>;
}

const CONCLUDE_MS = 60_000;
/** By then the sweep has long concluded it, or it belongs to a database that this folder no longer has. */
const GIVEN_UP_MS = 24 * 3_600_000;

export function openOwnRuns(dataDir: string, runMachineArn: string): OwnRuns {
  const runs = ownThings(dataDir, 'runs');
  return {
    watch({ detail }) {
      if (detail.stateMachineArn !== runMachineArn) return;
      if (detail.status === 'RUNNING') runs.note(detail.name);
      // Any other end is followed by execution-ended, which this process may not live to see.
      if (detail.status === 'SUCCEEDED') void runs.forget(detail.name).catch(() => undefined);
    },
    async concludeAbandoned(invoke, signal) {
      for (const runId of await runs.abandoned()) {
        try {
          const event = { detail: { name: runId, status: 'ABORTED' } };
          await invoke('events/execution-ended', event, { timeoutMs: CONCLUDE_MS, signal });
          await runs.forget(runId);
        } catch {
          // Its function has logged why. The next start tries again.
          const { mtimeMs } = await stat(join(dataDir, 'runs', `${runId}.json`)).catch(() => ({ mtimeMs: 0 }));
          if (Date.now() - mtimeMs > GIVEN_UP_MS) await runs.forget(runId);
        }
      }
    },
  };
}
