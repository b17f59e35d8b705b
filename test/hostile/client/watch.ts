/** What a process does to itself while somebody else acts in it. */

const EVERY_MS = 5;

/** The peak of resident memory beyond what it was, in bytes; looked for often, and after each piece of work that lets nobody look. */
export function watchMemory(): () => number {
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return peak - before;
  };
}

/**
 * How long the event loop let nobody else have a turn, in milliseconds of this thread's own work: what other processes of a busy
 * machine take from it is not its doing.
 */
export function watchTurns(): () => number[] {
  const turns: number[] = [];
  let before = process.threadCpuUsage();
  const look = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    turns.push((user + system) / 1000);
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return turns;
  };
}
