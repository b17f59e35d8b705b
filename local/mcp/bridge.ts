import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** The official filesystem server, over one folder. */
export const startFilesystemServer = (directory: string, signal: AbortSignal): Promise<Bridge> =>
  startBridge([join(packageDirectory('@modelcontextprotocol/server-filesystem'), 'dist/index.js'), directory], signal);

/** Our read-only git server, over one repository. */
export const startGitServer = (directory: string, signal: AbortSignal): Promise<Bridge> =>
  startBridge([join(dirname(fileURLToPath(import.meta.url)), 'git-server.ts'), directory], signal);

/**
 * Runs a stdio MCP server behind mcp-proxy, which speaks streamable HTTP of both eras, on a free loopback port.
 * @throws Error when it is not up within 15 s, with the last thing it said.
 */
async function startBridge(command: readonly string[], signal: AbortSignal): Promise<Bridge> {
  const port = await freePort();
  const apiKey = randomBytes(24).toString('base64url');
  const proxy = join(packageDirectory('mcp-proxy'), 'dist/bin/mcp-proxy.mjs');
  const options = ['--host', '127.0.0.1', '--port', String(port), '--server', 'stream', '--no-eventStore', '--apiKey', apiKey];
  const child = spawn(process.execPath, [proxy, ...options, '--', process.execPath, ...command], {
    // An allow-list: a server that reads a stranger's repository gets nothing of ours.
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
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

/** The proxy prints one line once it listens, and only after the server behind it has answered `initialize`. */
function listening(child: ChildProcess, origin: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const done = (error?: Error): void => {
      child.stdout?.off('data', hear);
      child.stderr?.off('data', hear);
      // Its output must keep flowing, or it blocks on a full pipe.
      child.stdout?.resume();
      child.stderr?.resume();
      child.off('exit', exited);
      signal.removeEventListener('abort', timedOut);
      if (error) reject(error);
      else resolve();
    };
    const hear = (chunk: Buffer): void => {
      said = (said + chunk.toString('utf8')).slice(-2000);
      if (said.includes('starting server on port')) done();
    };
    const exited = (): void =>
      done(new Error(`the MCP server behind ${origin} ended at start: ${said.trim().split('\n').at(-1) ?? ''}`));
    const timedOut = (): void => {
      killGroup(child);
      done(new Error(`the MCP server behind ${origin} did not start in time: ${said.trim().split('\n').at(-1) ?? ''}`));
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', exited);
    signal.addEventListener('abort', timedOut, { once: true });
  });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone in the meantime: what was wanted.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port')),
      );
    });
  });
}
