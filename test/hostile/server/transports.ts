/** Below the protocol: sockets, headers, statuses, and bodies that are no answer. */
import { drip, flood } from './endless.ts';
import { always, calling, json, MIB, type Personality, raw } from './personality.ts';

export const transports = {
  'headers that never end': always(({ response }) => {
    response.socket?.write('HTTP/1.1 200 OK\r\n');
    drip(response, () => '', 1e6);
    const timer = setInterval(() => response.socket?.write('x-slow: 1\r\n'), 20);
    response.socket?.on('close', () => clearInterval(timer));
  }),
  'no answer at all': always(() => undefined),
  'huge headers': always(({ response }) => response.socket?.write(`HTTP/1.1 200 OK\r\nx-huge: ${'x'.repeat(8 * MIB)}`)),
  'many headers': always(({ response }) => {
    response.socket?.end(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(2_000)}content-length: 0\r\n\r\n`);
  }),
  'endless early hints': always(({ response }) => {
    const { socket } = response;
    const write = (): void => {
      while (socket?.writable === true && socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(100)));
    };
    socket?.on('drain', write);
    write();
  }),
  'a redirect': always(({ response }) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end()),
  'a storm of 401': always(({ response }) => {
    response.writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://169.254.169.254/"' }).end('x'.repeat(MIB));
  }),
  'an endless refusal': always(({ response }) => flood(response.writeHead(500), 'x'.repeat(65_536))),
  'malformed JSON': always(raw(() => '{"jsonrpc":"2.0","id":')),
  'a web page': always(({ response }) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'.repeat(10_000))),
  'reset at once': always(({ response }) => response.socket?.resetAndDestroy()),
  'a slow drip': calling(({ response }) => drip(response.writeHead(200, json), () => ' ', 20)),
  'reset in the middle': calling(({ response }) => {
    response.writeHead(200, json).write('{"jsonrpc":');
    setTimeout(() => response.socket?.resetAndDestroy(), 20);
  }),
  'a length that is not kept': calling(({ response }) =>
    response.writeHead(200, { ...json, 'content-length': 1_000_000 }).write('{'),
  ),
} as const satisfies Readonly<Record<string, Personality>>;
