/** What the server's process tells its parent. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const listening = z.object({ port: z.int() });
export type Listening = z.infer<typeof listening>;
const counted = z.object({ counts: z.record(z.string(), z.int()) });
export type Counted = z.infer<typeof counted>;

export type Era = 'older' | 'modern';

export interface CountingServer {
  readonly url: string;
  readonly origin: string;
  /** How often each method came since this was last asked. */
  counts(): Promise<Counted['counts']>;
  stop(): Promise<void>;
}

export async function startCountingServer(era: Era): Promise<CountingServer> {
  const child = fork(fileURLToPath(new URL('server-child.ts', import.meta.url)), [era]);
  const origin = `http://127.0.0.1:${listening.parse(await told(child)).port}`;
  return {
    url: `${origin}/mcp`,
    origin,
    async counts() {
      const answer = told(child);
      child.send('counts');
      return counted.parse(await answer).counts;
    },
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}

async function told(child: ChildProcess): Promise<unknown> {
  const [message]: unknown[] = await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
  return message;
}
