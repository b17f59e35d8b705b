import type { Writable } from 'node:stream';

const gathering = new WeakSet<Writable>();

/**
 * What is written to the stream until `then` calls goes out as one: a write of its own for each small message costs the sender more
 * than the message, and wakes the reader each time. `process.nextTick` calls when all that one callback led to has been written,
 * `setImmediate` at the end of the event loop's turn.
 */
export function asOneWrite(stream: Writable, then: (flush: () => void) => unknown): void {
  if (gathering.has(stream)) return;
  gathering.add(stream);
  stream.cork();
  then(() => {
    gathering.delete(stream);
    stream.uncork();
  });
}
