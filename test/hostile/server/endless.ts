/** Pieces of an answer that never ends: as fast as they are taken, or one at a time. */
import type { ServerResponse } from 'node:http';

/** Keeps to what the socket takes, so that the reader alone decides how much there is. */
export function flood(response: ServerResponse, piece: string | Buffer): void {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.on('drain', write);
  write();
}

export function drip(response: ServerResponse, piece: (count: number) => string, everyMs: number): void {
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    response.write(piece(count));
  }, everyMs);
  response.on('close', () => clearInterval(timer));
}
