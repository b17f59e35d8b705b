import type { Writable } from 'node:stream';

const gathering = new WeakSet<Writable>();

/**
 * What is written to the stream in this turn of the event loop goes out as one: a write of its own for each small message costs the
 * sender more than the message, and wakes the reader each time.
 */
export function asOneTurn(stream: Writable): void {
  if (gathering.has(stream)) return;
  gathering.add(stream);
  stream.cork();
  setImmediate(() => {
    gathering.delete(stream);
    stream.uncork();
  });
}
