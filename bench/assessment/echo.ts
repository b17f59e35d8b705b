import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';

/** Round trips of a bare socket on loopback, one after the other, in milliseconds. `bytes`: of a frame as a run sends it. */
export async function echoTimes(count: number, bytes: number): Promise<number[]> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the echo server has no port');
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  try {
    await once(client, 'open');
    const message = 'x'.repeat(bytes);
    const took: number[] = [];
    for (let sent = 0; sent < count; sent += 1) {
      const from = performance.now();
      client.send(message);
      await once(client, 'message');
      took.push(performance.now() - from);
    }
    return took;
  } finally {
    client.terminate();
    server.close();
  }
}
