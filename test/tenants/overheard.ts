/** What is said in passing and kept nowhere: every command that reaches Redis, and every line on the console. */
import { Redis } from 'ioredis';
import { afterAll, vi } from 'vitest';
import type { Sink } from '../support/scan.ts';
import { type TestRedis, testRedis } from '../support/services.ts';

export interface Overheard {
  /** For the stack: its own, so that nobody else's commands are among them. */
  readonly redisServer: TestRedis;
  readonly commands: readonly Sink[];
  readonly said: readonly Sink[];
}

/** From now on until the file's last test. */
export async function overhear(): Promise<Overheard> {
  const commands: Sink[] = [];
  const said: Sink[] = [];
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...args) => void said.push({ name: 'console', content: args.join(' ') }));
  const redisServer = await testRedis({ own: true });
  const redis = new Redis(redisServer.url);
  const monitor = await redis.monitor();
  monitor.on('monitor', (_time: string, args: readonly string[]) =>
    commands.push({ name: `Redis command ${args[0]}`, content: args.join(' ') }),
  );
  afterAll(() => {
    monitor.disconnect();
    redis.disconnect();
  });
  return { redisServer, commands, said };
}
