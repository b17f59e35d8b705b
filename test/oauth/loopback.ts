import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Loopback {
  readonly url: string;
  /** The address and the headers of every request that arrived, as text. */
  readonly heard: readonly string[];
  stop(): Promise<void>;
}

export type Answering = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A server on a free port of this machine. */
export async function listen(answer: Answering): Promise<Loopback> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(JSON.stringify([request.url, request.rawHeaders]));
    Promise.resolve(answer(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    heard,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(typeof body === 'string' ? body : JSON.stringify(body));
};

export const form = async (request: IncomingMessage): Promise<URLSearchParams> => new URLSearchParams(await text(request));
