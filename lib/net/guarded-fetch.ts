import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import { isLiteral, isPublicAddress } from './address.ts';
import { NetworkRefused } from './errors.ts';

export type GuardedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

export interface GuardOptions {
  /** Exact origins that may be plain http or loopback: the local runtime's own bridges. Empty on AWS. */
  readonly allowOrigins: readonly string[];
  /** Largest answer, in bytes as decoded from the wire. */
  readonly maxBytes: number;
  /** Milliseconds to connect, and between two pieces of an answer. */
  readonly idleMs: number;
  /** Largest number of sockets to one origin. */
  readonly connectionsPerOrigin: number;
}

/**
 * The one way out to a URL that a user or a server supplied (mcp.md, guarded network). https only, public unicast
 * addresses only (every address of a lookup is checked, and the peer again once connected), redirects refused, bytes capped.
 * @throws NetworkRefused
 */
export function openGuardedFetch(options: GuardOptions): { fetch: GuardedFetch; close(): Promise<void> } {
  const limits = { bodyTimeout: options.idleMs, headersTimeout: options.idleMs, connections: options.connectionsPerOrigin };
  const trusted = new Agent({ ...limits, connect: { timeout: options.idleMs } });
  const guarded = new Agent({ ...limits, connect: guardedConnector(options.idleMs) });

  const fetch: GuardedFetch = async (input, init = {}) => {
    const url = new URL(input);
    const isTrusted = options.allowOrigins.includes(url.origin);
    if (!isTrusted) refuseUnsafeUrl(url);
    const { method, headers, body, signal } = init;
    const response = await undiciFetch(url, {
      ...(method ? { method } : {}),
      ...(headers ? { headers: [...new Headers(headers)] } : {}),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal ? { signal } : {}),
      redirect: 'manual',
      dispatcher: isTrusted ? trusted : guarded,
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new NetworkRefused(
        'redirect',
        `${url.origin} answered with a redirect (${response.status}); register the address it leads to`,
      );
    }
    const capped = response.body === null ? null : capBytes(response.body, options.maxBytes, url.origin);
    return new Response(hasNoBody(response.status) ? null : capped, {
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
    });
  };
  return {
    fetch,
    close: async () => {
      await Promise.all([trusted.destroy(), guarded.destroy()]);
    },
  };
}

function refuseUnsafeUrl(url: URL): void {
  if (url.protocol !== 'https:') throw new NetworkRefused('scheme', `${url.origin} is not https`);
  if (url.username || url.password)
    throw new NetworkRefused('credentials-in-url', `${url.host} carries credentials in its address`);
  // undici never calls connect.lookup for literals, so they are judged here.
  if (isLiteral(url.hostname) && !isPublicAddress(url.hostname)) {
    throw new NetworkRefused('address', `${url.hostname} is not a public address`);
  }
}

function guardedConnector(timeoutMs: number): buildConnector.connector {
  const lookup: LookupFunction = (hostname, _options, callback) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !isPublicAddress(address));
      if (refused || addresses.length === 0) {
        return callback(new NetworkRefused('address', `${hostname} resolves to an address that is not public`), '', 0);
      }
      callback(null, addresses);
    });
  };
  const connect = buildConnector({ timeout: timeoutMs, lookup });
  return (options, callback) => {
    connect(options, (...result: [Error, null] | [null, Socket]) => {
      const [error, socket] = result;
      if (error !== null) return callback(error, null);
      if (socket.remoteAddress && isPublicAddress(socket.remoteAddress)) return callback(null, socket);
      socket.destroy();
      callback(new NetworkRefused('address', `${options.hostname} connected to an address that is not public`), null);
    });
  };
}

function capBytes(body: NodeStream<Uint8Array>, maxBytes: number, origin: string): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let seen = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      seen += value.byteLength;
      if (seen <= maxBytes) return controller.enqueue(value);
      await reader.cancel();
      controller.error(new NetworkRefused('too-large', `${origin} answered with more than ${maxBytes} bytes`));
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The Response constructor refuses a body with these. */
const hasNoBody = (status: number): boolean => status === 204 || status === 205 || status === 304;
