import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const ports = z.object({ model: z.int(), tools: z.int() });

export interface Fakes {
  /** What OPENAI_BASE_URL takes. */
  readonly modelUrl: string;
  readonly toolsOrigin: string;
  stop(): Promise<void>;
}

export async function startFakes(): Promise<Fakes> {
  const child = fork(fileURLToPath(new URL('fakes-child.ts', import.meta.url)), []);
  const [message]: unknown[] = await once(child, 'message', { signal: AbortSignal.timeout(20_000) });
  const { model, tools } = ports.parse(message);
  return {
    modelUrl: `http://127.0.0.1:${model}/v1`,
    toolsOrigin: `http://127.0.0.1:${tools}`,
    async stop() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
