/** MCP servers and bridges of others, as child processes on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { freePort } from '../../../local/services/port.ts';

const require = createRequire(import.meta.url);
const packageFile = (name: string, file: string): string => join(dirname(require.resolve(`${name}/package.json`)), file);
const loopbackOnly = new URL('loopback-only.ts', import.meta.url).href;

/** Stopped after the file's last test: registered here, because a test that starts one cannot. */
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) stop(child);
});

export interface Program {
  readonly url: string;
  readonly origin: string;
}

/** The official server that has one of everything, in its own streamable HTTP mode. */
export const startEverything = (): Promise<Program> =>
  start((port) => ({
    args: [packageFile('@modelcontextprotocol/server-everything', 'dist/index.js'), 'streamableHttp'],
    env: { PORT: String(port) },
  }));

/** The official filesystem server behind supergateway, which keeps sessions or not. */
export const startSupergateway = (folder: string, { stateful }: { readonly stateful: boolean }): Promise<Program> =>
  start((port) => {
    const server = `${process.execPath} ${packageFile('@modelcontextprotocol/server-filesystem', 'dist/index.js')} ${folder}`;
    const options = ['--outputTransport', 'streamableHttp', '--port', String(port), '--logLevel', 'none'];
    return {
      args: [packageFile('supergateway', 'dist/index.js'), '--stdio', server, ...options, ...(stateful ? ['--stateful'] : [])],
      env: {},
    };
  });

async function start(
  make: (port: number) => { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<Program> {
  const port = await freePort();
  const { args, env } = make(port);
  const child = spawn(process.execPath, ['--import', loopbackOnly, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_NO_WARNINGS: '1', ...env },
    stdio: 'ignore',
    // Its own process group, so that the server behind a bridge goes with it.
    detached: true,
  });
  children.push(child);
  const late = AbortSignal.timeout(20_000);
  while (!(await accepts(port))) {
    if (child.exitCode !== null || late.aborted) throw new Error(`${args[0]} did not start`);
    await pause(50);
  }
  const origin = `http://127.0.0.1:${port}`;
  return { origin, url: `${origin}/mcp` };
}

function stop(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
