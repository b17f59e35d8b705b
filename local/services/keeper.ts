/**
 * A process of its own: `node keeper.ts <dir> <spec as JSON>`. Runs one server and ends it when nobody who uses it is alive
 * (users.ts). Detached, so that Ctrl-C in a terminal does not take the database away under a run that is being concluded.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerCommand } from './server.ts';
import { livingUsers, withLock } from './users.ts';

const pollMs = 250;
/** PostgreSQL's fast shutdown writes a checkpoint; after this it is killed, and recovers at its next start. */
const patienceMs = 15_000;

async function keep(dir: string, spec: ServerCommand): Promise<number> {
  const log = await open(join(dir, 'server.log'), 'w', 0o600);
  const server = spawn(spec.command, spec.args, {
    stdio: ['ignore', log.fd, log.fd],
    cwd: spec.cwd,
    env: spec.env,
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  });
  let ended = false;
  const exit = new Promise<number>((resolve) => {
    server.once('exit', (code) => resolve(code ?? 1));
    server.once('error', () => resolve(127));
  }).finally(() => {
    ended = true;
  });
  let told = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => (told = true));

  while (!ended && !told) {
    await Promise.race([sleep(pollMs), exit]);
    if (ended || (await livingUsers(dir)) > 0) continue;
    // Under the lock, so that nobody joins a server that is on its way out.
    await withLock(dir, undefined, async () => {
      if ((await livingUsers(dir)) === 0) await stop(server, exit, spec.stopSignal);
    });
  }
  if (told) await stop(server, exit, spec.stopSignal);
  await rm(join(dir, 'server.json'), { force: true });
  return exit;
}

async function stop(server: ChildProcess, exit: Promise<number>, signal: NodeJS.Signals): Promise<void> {
  server.kill(signal);
  const patience = new AbortController();
  const late = sleep(patienceMs, 'late' as const, { signal: patience.signal }).catch(() => 'ended' as const);
  if ((await Promise.race([exit, late])) === 'late') server.kill('SIGKILL');
  patience.abort();
  await exit;
}

const [dir, spec] = process.argv.slice(2);
if (dir === undefined || spec === undefined) process.exit(2);
// The only writer of this argument is server.ts.
const command: ServerCommand = JSON.parse(spec);
process.exitCode = await keep(dir, command);
