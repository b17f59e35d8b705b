/**
 * Who uses the server in `dir`: one file per use, named `<pid>-<uuid>`. The keeper ends a server that has no living user, so a
 * process that is killed leaves nothing behind, and two that share a checkout share a server.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const folder = (dir: string) => join(dir, 'users');

/** Registers this process; the returned function takes it off again. */
export async function enlist(dir: string): Promise<() => Promise<void>> {
  await mkdir(folder(dir), { recursive: true });
  const file = join(folder(dir), `${process.pid}-${randomUUID()}`);
  await writeFile(file, '');
  return () => rm(file, { force: true });
}

/** Counts living users and forgets the dead. */
export async function livingUsers(dir: string): Promise<number> {
  const files = await readdir(folder(dir)).catch(() => []);
  const living = files.filter((file) => isAlive(Number.parseInt(file, 10)));
  const dead = files.filter((file) => !living.includes(file));
  await Promise.all(dead.map((file) => rm(join(folder(dir), file), { force: true })));
  return living.length;
}

/** One process at a time may start or end the server in `dir`. A lock whose holder died is broken. */
export async function withLock<T>(dir: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'lock');
  const token = `${process.pid} ${randomUUID()}`;
  while (!(await take(file, token))) {
    const holder = await readFile(file, 'utf8').catch(() => '');
    // Between creation and writing the file is empty: its holder is alive, give it a moment.
    if (holder !== '' && !isAlive(Number.parseInt(holder, 10))) await rm(file, { force: true });
    await sleep(50, undefined, signal === undefined ? {} : { signal });
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string, token: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(token);
    await handle.close();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
  // Another process that was breaking a dead lock may have removed this one by mistake.
  await sleep(5);
  return (await readFile(file, 'utf8').catch(() => '')) === token;
}
