/** An answer that no Response can hold is given up like any other: its socket must not stay. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openGuardedFetch } from './guarded-fetch.ts';

test.each(['999 Odd', '600 Odd', '200 \u2713'])('HTTP/1.1 %s', async (status) => {
  let open = 0;
  const server = createServer((socket) => {
    open += 1;
    socket.on('error', () => undefined);
    socket.once('data', () =>
      socket.write(`HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n`),
    );
    const drip = setInterval(() => socket.write('4\r\nabcd\r\n'), 20);
    socket.on('close', () => {
      open -= 1;
      clearInterval(drip);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const limits = { maxBytes: 1_000_000, idleMs: 500, totalMs: 500, connectionsPerOrigin: 2 };
  const guard = openGuardedFetch({ allowOrigins: [origin], ownHosts: [], ...limits });
  await expect(guard.fetch(origin)).rejects.toThrow();
  await expect.poll(() => open, { timeout: 3_000 }).toBe(0);
  await guard.close();
  server.close();
});
