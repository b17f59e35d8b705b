/** A server process shared by whoever needs it in one folder: started by the first, ended by a keeper after the last. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { ServiceUnavailable } from './errors.ts';
import { freePort } from './port.ts';
import { enlist, isAlive, livingUsers, withLock } from './users.ts';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stopSignal: NodeJS.Signals;
  readonly uid?: number;
  readonly gid?: number;
}

export interface ServerSpec {
  /** For messages: "PostgreSQL". */
  readonly name: string;
  /** Makes ready what the process needs (a data folder, a configuration) and says how to run it. Called under the folder's lock. */
  prepare(port: number): Promise<ServerCommand>;
  /** True once it answers, as ours. */
  answers(port: number): Promise<boolean>;
  /** After a start, before anybody else may use it. */
  initialise(port: number): Promise<void>;
}

export interface JoinedServer {
  readonly port: number;
  /** Resolves when the server has ended, or when it is left to others. */
  leave(): Promise<void>;
}

const state = z.object({ port: z.int(), keeper: z.int() });
type State = z.infer<typeof state>;

const startMs = 60_000;

export async function joinServer(dir: string, spec: ServerSpec, signal?: AbortSignal): Promise<JoinedServer> {
  await mkdir(dir, { recursive: true });
  const unlist = await enlist(dir);
  try {
    const { port, keeper } = await withLock(dir, signal, async () => {
      const running = await readState(dir);
      if (running !== null && (await spec.answers(running.port))) return running;
      const started = await start(dir, spec, signal);
      await spec.initialise(started.port);
      await writeFile(join(dir, 'server.json.new'), JSON.stringify(started));
      await rename(join(dir, 'server.json.new'), join(dir, 'server.json'));
      return started;
    });
    return {
      port,
      async leave() {
        await unlist();
        while (isAlive(keeper) && (await livingUsers(dir)) === 0) await sleep(25);
      },
    };
  } catch (error) {
    await unlist();
    throw error;
  }
}

async function readState(dir: string): Promise<State | null> {
  const text = await readFile(join(dir, 'server.json'), 'utf8').catch(() => null);
  return text === null ? null : state.parse(JSON.parse(text));
}

async function start(dir: string, spec: ServerSpec, signal: AbortSignal | undefined): Promise<State> {
  const deadline = AbortSignal.timeout(startMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  // Another attempt, because a free port can be taken, and because backends of a killed server need a moment to be gone.
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const keeper = await spawnKeeper(dir, await spec.prepare(port));
    while (isAlive(keeper)) {
      if (await spec.answers(port)) return { port, keeper };
      if (stop.aborted) {
        process.kill(keeper, 'SIGTERM');
        signal?.throwIfAborted();
        throw new ServiceUnavailable(`${spec.name} did not answer within ${startMs / 1000} s; see ${join(dir, 'server.log')}`);
      }
      await sleep(50);
    }
    if (attempt === 5 || stop.aborted) throw new ServiceUnavailable(`${spec.name} ended at once: ${await lastLine(dir)}`);
    await sleep(200 * attempt);
  }
}

/** The keeper outlives this process and is its own session: nothing here waits for it. */
async function spawnKeeper(dir: string, command: ServerCommand): Promise<number> {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, 'keeper.ts'), dir, JSON.stringify(command)], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    env: {},
  });
  const pid = await new Promise<number>((resolve, reject) => {
    keeper.once('spawn', () => resolve(keeper.pid ?? 0));
    keeper.once('error', reject);
  });
  keeper.unref();
  return pid;
}

async function lastLine(dir: string): Promise<string> {
  const log = await readFile(join(dir, 'server.log'), 'utf8').catch(() => '');
  return log.trim().split('\n').at(-1) || 'it wrote no log';
}
