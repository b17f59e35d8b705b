/** A pg pool that knows which connection serves which call, so that a call can be cut off whatever the network does. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { asOneWrite } from '../runtime/one-write.ts';

/** One passage through a door. */
export interface Call {
  readonly signal: AbortSignal;
  /** Sent together with BEGIN, in one round trip. */
  readonly opening: string;
  /** It sent a statement that may have changed something. */
  wrote: boolean;
  /** What the first statement that failed was told; those behind it are told no more than that one failed. */
  firstError: unknown;
  /** BEGIN's own answer, where nobody waited for it. */
  begun: Promise<unknown> | null;
  /** Null until the call has one. */
  connection: pg.ClientBase | null;
  socket: Duplex | null;
  /** No connection could be had: no server, no answer, or no free place within the limit. */
  connectFailed: boolean;
}

export interface PoolOptions {
  readonly url: string;
  /** Instead of the URL's, asked for at each connect: tokens that expire. */
  readonly password?: (() => Promise<string>) | undefined;
  readonly max: number;
  /** No proxy in between: statements are prepared once a connection, and sent without waiting for the one before. */
  readonly direct: boolean;
  /** For a free place and the connection together. */
  readonly connectTimeoutMs: number;
}

const calls = new AsyncLocalStorage<Call>();

/** Every statement of ours that changes nothing begins so; the one function that writes is named. */
const reading = /^\s*(?:SELECT|BEGIN|COMMIT|ROLLBACK)\b(?![\s\S]*\bpin_tools\()/i;

type Query = (config: unknown, ...rest: unknown[]) => unknown;

/** Of each text that was sent; a connection keeps the plan of each. */
const names = { own: new Map<string, string>(), ofPrisma: new Map<string, string>() };
/** Milliseconds for the end of a transaction that nobody waits for. */
const LEFT_MS = 10_000;
/** What Prisma writes differs with the length of a list: what it writes after so many is sent without a name. */
const MOST_OF_PRISMA = 500;

/** Serves one call after another; of each it knows whether it wrote, and opens its transaction. */
class CallClient extends pg.Client {
  call: Call | null = null;
  private readonly isDirect: boolean;

  constructor(config?: pg.ClientConfig & { readonly pipeline?: boolean }) {
    super(config);
    this.isDirect = config?.pipeline ?? false;
    const send: Query = (...args) => Reflect.apply(pg.Client.prototype.query, this, args);
    const sendTogether: Query = (...args) => {
      // Another stream once it speaks TLS.
      asOneWrite(this.connection.stream, process.nextTick);
      return send(...args);
    };
    /** As a query of pg's own: of a config it would make a copy, property by property. */
    const ask = (text: string, values: unknown, name: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const given = Array.isArray(values) ? values : [];
        const query = new pg.Query(text, given, (error, result) => (error ? reject(error) : resolve(result)));
        sendTogether(Object.assign(query, { name }));
      });
    const sendPrepared = (given: unknown, text: string, rest: readonly unknown[]): unknown => {
      if (typeof given !== 'object' || given === null || text === 'COMMIT' || text === 'ROLLBACK')
        return sendTogether(given, ...rest);
      // The adapter asks for rows as arrays.
      if (Reflect.get(given, 'rowMode') !== 'array')
        return ask(text, Reflect.get(given, 'values'), nameOf(names.own, 'own', text));
      const isKnown = names.ofPrisma.has(text) || names.ofPrisma.size < MOST_OF_PRISMA;
      return sendTogether(isKnown ? { ...given, name: nameOf(names.ofPrisma, 'prisma', text) } : given, ...rest);
    };
    let last: Promise<unknown> = Promise.resolve();
    /** One after the other, as a proxy wants them. */
    const sendInTurn: Query = (...args) => {
      const sent = last.then(() => send(...args));
      last = sent.catch(() => undefined);
      return sent;
    };
    const query: Query = (given, ...rest) => {
      const text = textOf(given);
      if (this.call === null || text === null) return send(given, ...rest);
      if (!reading.test(text)) this.call.wrote = true;
      const opened = text === 'BEGIN' ? `BEGIN; ${this.call.opening}` : given;
      const sent = this.isDirect ? sendPrepared(opened, text, rest) : sendInTurn(opened, ...rest);
      this.watch(this.call, sent);
      if (!this.isDirect || text !== 'BEGIN') return sent;
      this.call.begun = Promise.resolve(sent);
      return Promise.resolve({ rows: [], fields: [], rowCount: null });
    };
    // An own property, because the overloads of the method can't be written again.
    Object.assign(this, { query });
    // What waits on a connection that breaks is told by its statement.
    this.on('error', () => undefined);
  }

  /** Its call only read, and all of it well: the next can be sent before the end of this one was answered. */
  get mayBeLeft(): boolean {
    return this.isDirect && this.call !== null && !this.call.wrote && this.call.firstError === undefined;
  }

  /** Ends the transaction. A server that says nothing to it in time is gone: no call's limit watches over it. */
  leave(): void {
    const late = setTimeout(() => this.connection.stream.destroy(), LEFT_MS).unref();
    const over = (): void => clearTimeout(late);
    this.query('COMMIT').then(over, over);
  }

  private watch(call: Call, sent: unknown): void {
    if (!(sent instanceof Promise)) return;
    sent.catch((error: unknown) => {
      call.firstError ??= error;
      // A plan that a migration outdated stays on its connection.
      if (error instanceof pg.DatabaseError && error.code === OUTDATED_PLAN) this.connection.stream.destroy();
    });
  }
}

/** SQLSTATE of "cached plan must not change result type", among others. */
export const OUTDATED_PLAN = '0A000';

function nameOf(known: Map<string, string>, kind: string, text: string): string {
  const name = known.get(text) ?? `${kind}_${known.size}`;
  known.set(text, name);
  return name;
}

function textOf(config: unknown): string | null {
  if (typeof config === 'string') return config;
  const text: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'text') : null;
  return typeof text === 'string' ? text : null;
}

export class CallPool extends pg.Pool {
  constructor({ url, password, max, direct, connectTimeoutMs }: PoolOptions) {
    // Of pg 8.23, and not yet of its types.
    const pipelining: object = { pipeline: direct };
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
      Client: CallClient,
      ...pipelining,
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

  /** The call's own: committed, or taken back when the work throws. */
  async transaction<T>(work: (connection: pg.PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      await connection.query('BEGIN');
      const value = await work(connection);
      // Nothing hangs on the end of one that only read: whoever has the connection next sends behind it.
      if (connection instanceof CallClient && connection.mayBeLeft) {
        connection.leave();
        connection.release();
        return value;
      }
      const { command } = await connection.query('COMMIT');
      // The answer where a statement has failed and nobody looked.
      if (command === 'ROLLBACK') throw new Error('a statement of the transaction failed, and it was taken back');
      connection.release();
      return value;
    } catch (error) {
      // A connection that can't even do that is not used again.
      await connection.query('ROLLBACK').then(
        () => connection.release(),
        () => connection.release(true),
      );
      throw error;
    }
  }

  private async connectForCall(): Promise<pg.PoolClient> {
    const call = calls.getStore();
    try {
      const client = await super.connect();
      if (client instanceof CallClient) client.call = call ?? null;
      if (call !== undefined && client instanceof pg.Client) {
        const { stream } = client.connection;
        call.connection = client;
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
