/** A pg pool that knows which connection serves which call, so that a call can be cut off whatever the network does. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import pg from 'pg';

/** One passage through a door. */
export interface Call {
  readonly signal: AbortSignal;
  socket: Duplex | null;
  /** No connection could be had: no server, no answer, or no free place within the limit. */
  connectFailed: boolean;
}

export interface PoolOptions {
  readonly url: string;
  /** Instead of the URL's, asked for at each connect: tokens that expire. */
  readonly password?: (() => Promise<string>) | undefined;
  readonly max: number;
  /** For a free place and the connection together. */
  readonly connectTimeoutMs: number;
}

const calls = new AsyncLocalStorage<Call>();

export class CallPool extends pg.Pool {
  constructor({ url, password, max, connectTimeoutMs }: PoolOptions) {
    const { hostname, port, username, pathname, password: inUrl, searchParams } = new URL(url);
    super({
      host: hostname,
      port: port === '' ? 5432 : Number(port),
      user: decodeURIComponent(username),
      password: password ?? decodeURIComponent(inUrl),
      database: decodeURIComponent(pathname.slice(1)),
      ssl: tls(searchParams.get('sslmode')),
      max,
      connectionTimeoutMillis: connectTimeoutMs,
      // A proxy that pins keeps a server connection for as long as we keep ours.
      idleTimeoutMillis: 10_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      allowExitOnIdle: true,
    });
    // A connection that breaks while idle has already left the pool.
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(
    callback: (err: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): void;
  override connect(
    callback?: (err: Error | undefined, client: pg.PoolClient | undefined, done: (release?: unknown) => void) => void,
  ): Promise<pg.PoolClient> | undefined {
    if (callback === undefined) return this.connectForCall();
    super.connect(callback);
    return undefined;
  }

  /** Runs `work` so that the connection it takes is cut when the signal fires. What waits on it then fails. */
  async serve<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const cut = () => call.socket?.destroy();
    call.signal.addEventListener('abort', cut, { once: true });
    try {
      return await calls.run(call, work);
    } finally {
      call.signal.removeEventListener('abort', cut);
    }
  }

  private async connectForCall(): Promise<pg.PoolClient> {
    const call = calls.getStore();
    try {
      const client = await super.connect();
      if (call !== undefined && client instanceof pg.Client) {
        const { stream } = client.connection;
        call.socket = stream;
        // Aborted while it waited for the connection.
        if (call.signal.aborted) stream.destroy();
      }
      return client;
    } catch (error) {
      if (call !== undefined) call.connectFailed = true;
      throw error;
    }
  }
}

/** As libpq names it. Without a mode: none, as on loopback. Extra authorities come by NODE_EXTRA_CA_CERTS. */
function tls(mode: string | null): false | { rejectUnauthorized: boolean } {
  return mode === null || mode === 'disable' ? false : { rejectUnauthorized: mode !== 'no-verify' };
}
