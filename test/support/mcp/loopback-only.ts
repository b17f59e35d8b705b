/** Preloaded (`--import`) into servers of others that listen on every address: here they listen on loopback. */
import dns from 'node:dns';
import { Server } from 'node:net';

const listen = Server.prototype.listen;
const isCallback = (value: unknown): boolean => typeof value === 'function';

// The program hands over a port alone; anything else is left as it is.
Object.assign(Server.prototype, {
  listen(this: Server, ...given: unknown[]): unknown {
    const [port, ...rest] = given;
    const isPort = typeof port === 'number' || (typeof port === 'string' && /^\d+$/.test(port));
    return Reflect.apply(listen, this, isPort ? [Number(port), '127.0.0.1', ...rest.filter(isCallback)] : given);
  },
});

// With an address Node looks it up before it listens, and some programs ask for their port at once: answered at once.
const lookup = dns.lookup;
Object.assign(dns, {
  lookup(host: string, ...rest: unknown[]): unknown {
    const [options, callback] = rest;
    const all = typeof options === 'object' && options !== null && Reflect.get(options, 'all') === true;
    if (host !== '127.0.0.1' || !all || typeof callback !== 'function') return Reflect.apply(lookup, dns, [host, ...rest]);
    return callback(null, [{ address: host, family: 4 }]);
  },
});
