/** A TCP proxy that misbehaves on request, between the program and a real service. */
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Direction = 'to-server' | 'to-client';

export interface Faults {
  /** Added to every chunk, each way. */
  latencyMs: number;
  /** Each way; Infinity is no limit. */
  bytesPerSecond: number;
  /** Chunks are cut into pieces of this many bytes. */
  sliceBytes: number;
  /** Connections stay open and nothing arrives any more: what a lost network looks like. */
  halfOpen: boolean;
  /**
   * Sees every chunk before it is passed on. 'reset' breaks the connection without passing it, 'pass-and-reset' passes it first:
   * with the text COMMIT the two outcomes that a client can't tell apart.
   */
  inspect: (chunk: Buffer, direction: Direction) => 'pass' | 'drop' | 'reset' | 'pass-and-reset';
}

export interface FaultProxy {
  readonly port: number;
  /** The same URL, through the proxy. */
  through(url: string): string;
  set(faults: Partial<Faults>): void;
  /** Back to a plain proxy. */
  heal(): void;
  /** Breaks every connection with a RST. */
  reset(): void;
  /** Refuses connections, and breaks those there are. */
  down(): Promise<void>;
  up(): Promise<void>;
  readonly connections: number;
  close(): Promise<void>;
}

const none: Faults = {
  latencyMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  sliceBytes: Number.POSITIVE_INFINITY,
  halfOpen: false,
  inspect: () => 'pass',
};

export async function openFaultProxy(targetUrl: string): Promise<FaultProxy> {
  const target = new URL(targetUrl);
  const targetPort = Number(target.port);
  const faults: Faults = { ...none };
  const pairs = new Set<readonly [Socket, Socket]>();
  let server: Server | null = null;

  const join = (client: Socket) => {
    const upstream = createConnection({ host: target.hostname, port: targetPort, noDelay: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.setNoDelay(true);
    const part = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    const break_ = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.resetAndDestroy();
    };
    for (const socket of pair) socket.on('error', part).on('close', part);
    pump(client, upstream, 'to-server', faults, break_);
    pump(upstream, client, 'to-client', faults, break_);
  };
  const up = async (port: number) => {
    const listening = createServer(join);
    await new Promise<void>((resolve, reject) => listening.once('error', reject).listen(port, '127.0.0.1', resolve));
    server = listening;
    return (listening.address() as AddressInfo).port;
  };
  const reset = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    pairs.clear();
  };
  const down = async () => {
    const closing = server;
    server = null;
    reset();
    if (closing !== null) await new Promise((resolve) => closing.close(resolve));
  };

  const port = await up(0);
  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.hostname = '127.0.0.1';
      changed.port = String(port);
      return changed.href;
    },
    set: (changes) => void Object.assign(faults, changes),
    heal: () => void Object.assign(faults, none),
    reset,
    down,
    up: async () => {
      if (server === null) await up(port);
    },
    get connections() {
      return pairs.size;
    },
    close: down,
  };
}

/** One direction of one connection. Chunks wait their turn, so latency never reorders them. */
function pump(from: Socket, to: Socket, direction: Direction, faults: Faults, reset: () => void): void {
  let last: Promise<void> = Promise.resolve();
  const pass = async (chunk: Buffer) => {
    if (faults.latencyMs > 0) await sleep(faults.latencyMs);
    const verdict = faults.halfOpen ? 'drop' : faults.inspect(chunk, direction);
    if (verdict === 'reset') reset();
    if (verdict === 'reset' || verdict === 'drop' || to.destroyed) return;
    for (let at = 0; at < chunk.length; at += faults.sliceBytes) {
      const slice = chunk.subarray(at, at + faults.sliceBytes);
      if (Number.isFinite(faults.bytesPerSecond)) await sleep((slice.length / faults.bytesPerSecond) * 1000);
      if (!to.destroyed) await new Promise<void>((resolve) => to.write(slice, () => resolve()));
    }
    if (verdict === 'pass-and-reset') reset();
  };
  from.on('data', (chunk: Buffer) => {
    from.pause();
    last = last.then(() => pass(chunk)).then(() => void from.resume());
  });
  // Not at once: what is on its way still arrives.
  from.on('end', () => void last.then(() => to.end()));
}
