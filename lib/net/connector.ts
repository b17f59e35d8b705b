import type { LookupAddress } from 'node:dns';
import type { LookupFunction, Socket } from 'node:net';
import { buildConnector } from 'undici';
import { isPublicAddress } from './address.ts';
import { NetworkRefused } from './errors.ts';

/** All addresses of a name, as `dns.lookup` gives them with `all`. */
export type Lookup = (
  hostname: string,
  options: { readonly all: true; readonly verbatim: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Connects to public addresses only: each of one lookup is checked, exactly those are tried, and the peer is checked again. A name
 * that resolves otherwise the next time changes nothing.
 */
export function guardedConnector(timeoutMs: number, resolve: Lookup): buildConnector.connector {
  const lookup: LookupFunction = (hostname, _options, callback) => {
    resolve(hostname, { all: true, verbatim: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.some(({ address }) => !isPublicAddress(address));
      if (refused || addresses.length === 0) {
        return callback(new NetworkRefused('address', `${hostname} resolves to an address that is not public`), '', 0);
      }
      callback(null, addresses);
    });
  };
  // HTTP/1.1 alone: one request a socket, so that a caller who stops reading holds up nobody else.
  const connect = buildConnector({ timeout: timeoutMs, lookup, allowH2: false });
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
