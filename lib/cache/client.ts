/** The ioredis client: the only place that knows whether Redis is one server or a cluster. */
import { Cluster, Redis } from 'ioredis';
import { asOneWrite } from '../runtime/one-write.ts';

export interface CacheSettings {
  /** `redis://` or `rediss://` (TLS); in cluster mode the configuration endpoint. */
  readonly url: string;
  readonly cluster: boolean;
}

/** A connect inside a VPC takes well under a second; 10 s covers a failover's DNS change. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Below the 350 s after which a NAT forgets an idle connection, above noise. */
const KEEP_ALIVE_MS = 30_000;
/** Every command is short: one that takes 2 s is lost. */
const COMMAND_TIMEOUT_MS = 2_000;
/** A half-open socket swallows commands until the kernel gives up (15 min): drop it when an answer is overdue. */
const SOCKET_TIMEOUT_MS = 2_500;
/** A command whose connection broke is sent again once: every script of ours bears being run twice. */
const RETRIES_PER_REQUEST = 1;

/** 50 ms, 100 ms, ... 2 s between attempts to reconnect, for ever: a warm function must find Redis again after an outage. */
export const reconnectDelay = (attempt: number): number => Math.min(25 * 2 ** attempt, 2_000);

export type Client = Redis | Cluster;

export function makeClient({ url, cluster }: CacheSettings): Client {
  const address = new URL(url);
  const shared = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepAlive: KEEP_ALIVE_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    maxRetriesPerRequest: RETRIES_PER_REQUEST,
    disableClientInfo: true,
    // After a failover the old primary answers READONLY until the name points elsewhere: reconnect and send again.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
  } as const;
  // No offline queue: with Redis gone, waiting commands would pile up in memory and each hold up its caller.
  if (!cluster) {
    return new Redis(url, { ...shared, lazyConnect: true, enableOfflineQueue: false, retryStrategy: reconnectDelay });
  }
  const tls = address.protocol === 'rediss:';
  return new Cluster([{ host: address.hostname, port: Number(address.port || 6379) }], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: reconnectDelay,
    clusterNodeRetryStrategy: reconnectDelay,
    slotsRefreshTimeout: COMMAND_TIMEOUT_MS,
    // ElastiCache's certificate names the host, so the client must not replace it by an address.
    dnsLookup: (host, found) => found(null, host),
    redisOptions: {
      ...shared,
      ...(tls ? { tls: {} } : {}),
      ...(address.username === '' ? {} : { username: decodeURIComponent(address.username) }),
      ...(address.password === '' ? {} : { password: decodeURIComponent(address.password) }),
    },
  });
}

/** Commands of one turn of the event loop go out as one. The sockets of a cluster's nodes are not ours to see: there each goes alone. */
export function together(client: Client): void {
  if (client instanceof Redis) asOneWrite(client.stream, setImmediate);
}
