/** A real Redis for one machine: REDIS_URL, else a valkey-server or redis-server from the PATH, without persistence. */
import { randomBytes } from 'node:crypto';
import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceUnavailable } from './errors.ts';
import { joinServer } from './server.ts';

export interface Redis {
  readonly url: string;
  stop(): Promise<void>;
}

export interface RedisOptions {
  readonly dir: string;
  readonly redisUrl?: string | undefined;
  readonly signal?: AbortSignal;
  /** One node that owns every slot: it refuses a script whose keys lie in two. */
  readonly cluster?: boolean;
}

export const redisPrograms = ['valkey-server', 'redis-server'];

export async function startRedis({
  dir,
  redisUrl = process.env['REDIS_URL'],
  signal,
  cluster = false,
}: RedisOptions): Promise<Redis> {
  if (redisUrl !== undefined && redisUrl !== '') return { url: redisUrl, stop: async () => undefined };
  const program = await onPath(redisPrograms);
  if (program === null) {
    throw new ServiceUnavailable(
      'no valkey-server or redis-server on the PATH: install one (Debian: apt-get install redis-server), or set REDIS_URL',
    );
  }
  const configuration = join(dir, 'redis.conf');
  const server = await joinServer(
    dir,
    {
      name: 'Redis',
      async prepare(port) {
        const password = await readPassword(dir);
        // A file, not arguments: those are for every user of the machine to see.
        const lines = [
          'bind 127.0.0.1',
          `port ${port}`,
          `requirepass ${password}`,
          'save ""',
          'appendonly no',
          'databases 1024',
          `dir "${dir}"`,
        ];
        await writeFile(configuration, [...lines, ...(cluster ? ['cluster-enabled yes'] : [])].join('\n'), { mode: 0o600 });
        return { command: program, args: [configuration], cwd: '/', env: {}, stopSignal: 'SIGTERM' };
      },
      answers: async (port) => (await ask(dir, port, 'PING')) === '+PONG',
      async initialise(port) {
        if (!cluster) return;
        // A cluster takes a moment (2 s) to declare itself whole, and says so only by accepting a write.
        if ((await ask(dir, port, 'CLUSTER SLOTS')) === '*0') await ask(dir, port, 'CLUSTER ADDSLOTSRANGE 0 16383');
        for (let wait = 0; (await ask(dir, port, 'SET assay-ready 1')) !== '+OK'; wait += 1) {
          if (wait === 100) throw new ServiceUnavailable(`Redis did not form a cluster; see ${join(dir, 'server.log')}`);
          await sleep(100, undefined, signal === undefined ? {} : { signal });
        }
      },
    },
    signal,
  );
  return { url: `redis://:${await readPassword(dir)}@127.0.0.1:${server.port}`, stop: server.leave };
}

async function readPassword(dir: string): Promise<string> {
  const file = join(dir, 'password');
  await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' }).catch(() => undefined);
  return readFile(file, 'utf8');
}

async function onPath(names: readonly string[]): Promise<string | null> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const candidate of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return candidate;
  }
  return null;
}

/** The first line of the answer to one inline command; null when nobody answers within a second. */
async function ask(dir: string, port: number, command: string): Promise<string | null> {
  const password = await readPassword(dir);
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    let answer = '';
    const done = (line: string | null) => {
      socket.destroy();
      resolve(line);
    };
    socket.setTimeout(1000, () => done(null));
    socket.once('error', () => done(null));
    socket.once('close', () => done(null));
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8');
      const [authenticated, line] = answer.split('\r\n');
      if (authenticated !== '+OK' || (line !== undefined && answer.indexOf('\r\n', 5) > 0))
        done(authenticated === '+OK' ? (line ?? null) : null);
    });
    socket.write(`AUTH ${password}\r\n${command}\r\n`);
  });
}
