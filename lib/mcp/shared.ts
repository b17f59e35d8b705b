import { orAborted } from './or-aborted.ts';

/** One value for all who ask at the same time, made once, and closed when the last has given it back. */
export interface Shared<T> {
  /** Stops waiting when `signal` aborts; the making goes on while somebody still waits for it. @throws what `make` throws */
  join(path: Path, make: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<Joined<T>>;
  /** Takes out the value at this path, so that the next who asks makes anew; who uses it keeps it. */
  discard(path: Path): void;
  /**
   * Takes out every value under this path, so that the next who asks makes anew, and gives them to be closed; what its last user has
   * left already is closed when this ends.
   */
  takeOut(path: readonly string[]): Promise<T[]>;
}

export interface Joined<T> {
  readonly value: T;
  /** Once: later calls do nothing. */
  leave(): Promise<void>;
}

/** User, connection, and what tells apart those who must not share. */
export type Path = readonly [userId: string, connectionId: string, slot: string];

interface Entry<T> {
  readonly value: Promise<T>;
  readonly abort: AbortController;
  users: number;
}

export function openShared<T>(close: (value: T) => Promise<void>): Shared<T> {
  // Nested, because a joined key could be made from other parts as well.
  const users = new Map<string, Map<string, Map<string, Entry<T>>>>();
  /** Left by their last user, and still being made or closed. */
  const leaving = new Set<{ readonly path: Path; readonly over: Promise<void> }>();

  const slotsOf = ([userId, connectionId]: Path): Map<string, Entry<T>> => {
    const connections = users.get(userId) ?? new Map<string, Map<string, Entry<T>>>();
    const slots = connections.get(connectionId) ?? new Map<string, Entry<T>>();
    users.set(userId, connections.set(connectionId, slots));
    return slots;
  };
  /** Only if it is still this one. */
  const remove = ([userId, connectionId, slot]: Path, entry: Entry<T>): void => {
    const connections = users.get(userId);
    const slots = connections?.get(connectionId);
    if (slots?.get(slot) !== entry) return;
    slots.delete(slot);
    if (slots.size === 0) connections?.delete(connectionId);
    if (connections?.size === 0) users.delete(userId);
  };
  const begin = (path: Path, make: (signal: AbortSignal) => Promise<T>): Entry<T> => {
    const abort = new AbortController();
    const entry: Entry<T> = { value: make(abort.signal), abort, users: 0 };
    slotsOf(path).set(path[2], entry);
    entry.value.catch(() => remove(path, entry));
    return entry;
  };
  const end = async (path: Path, entry: Entry<T>): Promise<void> => {
    remove(path, entry);
    entry.abort.abort();
    const made = await entry.value.catch(() => null);
    if (made !== null) await close(made);
  };

  return {
    async join(path, make, signal) {
      signal.throwIfAborted();
      const entry = slotsOf(path).get(path[2]) ?? begin(path, make);
      entry.users += 1;
      let left = false;
      const leave = async (): Promise<void> => {
        if (left) return;
        left = true;
        entry.users -= 1;
        if (entry.users > 0) return;
        const one = { path, over: end(path, entry) };
        leaving.add(one);
        await one.over.finally(() => leaving.delete(one));
      };
      try {
        return { value: await orAborted(entry.value, signal), leave };
      } catch (error) {
        // Whoever has lost patience does not wait for the closing of what may still come.
        void leave();
        throw error;
      }
    },
    discard(path) {
      const entry = users.get(path[0])?.get(path[1])?.get(path[2]);
      if (entry !== undefined) remove(path, entry);
    },
    async takeOut([userId, connectionId]) {
      const connections = users.get(userId ?? '');
      const slots = connectionId === undefined ? [...(connections?.values() ?? [])] : [connections?.get(connectionId)];
      const entries = slots.flatMap((found) => [...(found?.values() ?? [])]);
      if (connectionId === undefined) users.delete(userId ?? '');
      else connections?.delete(connectionId);
      const left = [...leaving].filter(
        ({ path }) => path[0] === userId && (connectionId === undefined || path[1] === connectionId),
      );
      await Promise.allSettled(left.map(({ over }) => over));
      const made = await Promise.allSettled(entries.map(({ value }) => value));
      return made.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    },
  };
}
