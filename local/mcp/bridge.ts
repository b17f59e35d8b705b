import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createConnection } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../services/port.ts';

const require = createRequire(import.meta.url);
const packageDirectory = (name: string): string => dirname(require.resolve(`${name}/package.json`));

export interface Bridge {
  readonly url: string;
  readonly origin: string;
  /** The header that the bridge demands, so that no other program of this machine reads through it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly pid: number;
  /** Kills without a goodbye, as a crash would. */
  kill(): void;
  stop(): Promise<void>;
}

/** Ends a proxy's process group with this process, however that ends. */
const endWithParent = new URL('end-with-parent.ts', import.meta.url).href;

/** The official filesystem server, over one folder. */
export const startFilesystemServer = (directory: string, signal: AbortSignal): Promise<Bridge> =>
  startBridge([join(packageDirectory('@modelcontextprotocol/server-filesystem'), 'dist/index.js'), directory], signal);

/** Our read-only git server, over one repository. */
export const startGitServer = (directory: string, signal: AbortSignal): Promise<Bridge> =>
  startBridge([join(dirname(fileURLToPath(import.meta.url)), 'git-server.ts'), directory], signal);

/**
 * Both only pass messages on: with room for ten of the largest files at once (MiB), V8 collects instead of growing. Over 5,000
 * files that is 240 MiB less, in the same time.
 */
const leanHeap = ['--max-semi-space-size=4', '--max-old-space-size=512'];

/**
 * Runs a stdio MCP server behind mcp-proxy, which speaks streamable HTTP of both eras, on a free loopback port.
 * @throws Error when it is not up within 15 s, with the last thing it said.
 */
async function startBridge(command: readonly string[], signal: AbortSignal): Promise<Bridge> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryBridge(command, signal);
    } catch (error) {
      // Somebody else took the port in between, or the machine was too busy to answer the handshake: once more, on another one.
      if (!(error instanceof EndedAtStart) || tries === MAX_TRIES) throw error;
    }
  }
}

const MAX_TRIES = 3;

class EndedAtStart extends Error {
  override readonly name = 'EndedAtStart';
}

async function tryBridge(command: readonly string[], signal: AbortSignal): Promise<Bridge> {
  const port = await freePort();
  const apiKey = randomBytes(24).toString('base64url');
  const proxy = join(packageDirectory('mcp-proxy'), 'dist/bin/mcp-proxy.mjs');
  const options = ['--host', '127.0.0.1', '--port', String(port), '--server', 'stream', '--no-eventStore'];
  const node = [process.execPath, ...leanHeap];
  const child = spawn(process.execPath, [...leanHeap, '--import', endWithParent, proxy, ...options, '--', ...node, ...command], {
    // An allow-list: a server that reads a stranger's repository gets nothing of ours.
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      NODE_NO_WARNINGS: '1',
      // Not an argument: those are for every user of the machine to see.
      MCP_PROXY_API_KEY: apiKey,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own process group, so that the server behind the proxy goes with it.
    detached: true,
  });
  const kill = (): void => killGroup(child);
  signal.addEventListener('abort', kill, { once: true });
  const origin = `http://127.0.0.1:${port}`;
  await listening(child, origin, AbortSignal.any([signal, AbortSignal.timeout(15_000)]));
  return {
    url: `${origin}/mcp`,
    origin,
    headers: { 'X-API-Key': apiKey },
    pid: child.pid ?? 0,
    kill,
    stop: async () => {
      signal.removeEventListener('abort', kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = new Promise((resolve) => child.once('exit', resolve));
      killGroup(child);
      await exited;
    },
  };
}

/** Waits until the port accepts: the proxy opens it once the server behind it has answered `initialize`, and its log line comes too early. */
async function listening(child: ChildProcess, origin: string, signal: AbortSignal): Promise<void> {
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-2000);
  };
  // Its output must keep flowing for as long as it lives, or it blocks on a full pipe.
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const lastWords = (): string => said.replace(/\s+/g, ' ').trim().slice(-300);
  while (!(await accepts(Number(new URL(origin).port)))) {
    if (child.exitCode !== null) throw new EndedAtStart(`the MCP server behind ${origin} ended at start: ${lastWords()}`);
    if (signal.aborted) {
      killGroup(child);
      throw new Error(`the MCP server behind ${origin} did not start in time: ${lastWords()}`);
    }
    await setTimeout(20);
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone in the meantime: what was wanted.
  }
}
