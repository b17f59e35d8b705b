import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Invoke } from './invoke.ts';
import { isLoopbackHost } from './loopback-server.ts';
import { connectEvent, disconnectEvent, messageEvent, type SocketIdentity } from './socket-event.ts';

export interface SocketRoutes {
  readonly $connect: string;
  readonly $disconnect: string;
  readonly $default: string;
}

export interface SocketLimits {
  /** A message, both ways. */
  readonly messageBytes: number;
  /** A frame from the client; longer ones have to be fragmented, which browsers do not do. */
  readonly frameBytes: number;
  readonly idleMs: number;
  readonly lifetimeMs: number;
  readonly functionMs: number;
}

/** API Gateway's quotas (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html). */
export const socketLimits: SocketLimits = {
  messageBytes: 128 * 1024,
  frameBytes: 32 * 1024,
  idleMs: 10 * 60_000,
  lifetimeMs: 2 * 60 * 60_000,
  functionMs: 29_000,
};

interface Live {
  readonly identity: SocketIdentity;
  readonly socket: WebSocket;
  lastActiveAt: number;
}

export interface Sockets {
  /** Resolves when the frame is handed to the socket; `gone` when there is no such socket. */
  send(connectionId: string, data: Buffer): Promise<'sent' | 'gone' | 'too-large'>;
  /** The facts that GET @connections gives, or null. */
  describe(connectionId: string): { identity: SocketIdentity; lastActiveAt: number } | null;
  close(connectionId: string): boolean;
  stop(): Promise<void>;
}

/** The WebSocket API: every message becomes an event for a function, as on API Gateway, without any promise of order. */
export function serveSockets(server: Server, routes: SocketRoutes, invoke: Invoke, limits: SocketLimits = socketLimits): Sockets {
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes });
  const live = new Map<string, Live>();
  const underway = new Set<Promise<unknown>>();
  const call = (path: string, event: unknown): Promise<unknown> => {
    const running = invoke(path, event, { timeoutMs: limits.functionMs }).catch(() => ({ statusCode: 500 }));
    underway.add(running);
    return running.finally(() => underway.delete(running));
  };
  const moment = () => ({ requestId: randomUUID(), now: new Date() });

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    if (!isLoopbackHost(request.headers.host)) return refuse(stream, 421);
    const identity: SocketIdentity = {
      connectionId: `${randomBytes(11).toString('base64url')}=`,
      connectedAt: Date.now(),
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      userAgent: request.headers['user-agent'] ?? '',
      domainName: request.headers.host ?? '127.0.0.1',
    };
    const event = connectEvent(identity, request.url ?? '/', request.rawHeaders, moment());
    const status = statusOf(await call(routes.$connect, event));
    if (status < 200 || status > 299) return refuse(stream, status);
    webSockets.handleUpgrade(request, stream, head, (socket) => accept(socket, identity));
  }

  function accept(socket: WebSocket, identity: SocketIdentity): void {
    const entry: Live = { identity, socket, lastActiveAt: Date.now() };
    live.set(identity.connectionId, entry);
    const end = setTimeout(() => socket.close(1001, 'Going away'), limits.lifetimeMs);
    socket.on('message', (data: Buffer) => {
      entry.lastActiveAt = Date.now();
      // A browser sends one message as one frame, so its size is the frame's.
      if (data.length > limits.frameBytes) return socket.close(1009, 'Frame too large');
      void call(routes.$default, messageEvent(identity, data.toString('utf8'), moment()));
    });
    // ws closes the socket by itself after a protocol error; without a listener the error would end the process.
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      clearTimeout(end);
      live.delete(identity.connectionId);
      void call(routes.$disconnect, disconnectEvent(identity, code, reason.toString('utf8'), moment()));
    });
  }

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    upgrade(request, stream, head).catch(() => stream.destroy());
  });
  const idle = setInterval(
    () => {
      const limit = Date.now() - limits.idleMs;
      for (const { socket, lastActiveAt } of live.values()) if (lastActiveAt < limit) socket.close(1001, 'Going away');
    },
    Math.min(30_000, limits.idleMs),
  );
  idle.unref();

  return {
    async send(connectionId, data) {
      const entry = live.get(connectionId);
      if (entry === undefined || entry.socket.readyState !== entry.socket.OPEN) return 'gone';
      if (data.length > limits.messageBytes) return 'too-large';
      entry.lastActiveAt = Date.now();
      return await new Promise((resolve) =>
        entry.socket.send(data, { binary: false }, (error) => resolve(error ? 'gone' : 'sent')),
      );
    },
    describe: (connectionId) => live.get(connectionId) ?? null,
    close(connectionId) {
      const entry = live.get(connectionId);
      entry?.socket.close(1000);
      return entry !== undefined;
    },
    async stop() {
      clearInterval(idle);
      const closed = [...live.values()].map(({ socket }) => {
        const end = once(socket, 'close');
        socket.terminate();
        return end;
      });
      webSockets.close();
      // Their $disconnect has begun by then, and is waited for like everything else.
      await Promise.allSettled(closed);
      await Promise.allSettled(underway);
    },
  };
}

function statusOf(result: unknown): number {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return 200;
  return typeof result.statusCode === 'number' ? result.statusCode : 500;
}

const words: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
};

function refuse(stream: Duplex, status: number): void {
  stream.end(`HTTP/1.1 ${status} ${words[status] ?? 'Refused'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
