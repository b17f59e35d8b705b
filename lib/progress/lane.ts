/**
 * One run's events on their way to Redis, in order. While one batch is being sent the next gathers, so a burst of publishers
 * shares round trips. With Redis gone the batch is kept and tried again for a while, so a failover of seconds loses nothing.
 */

import type { RunOutcome } from '../contract/vocabulary.ts';
import type { Operation, RunRef } from './operations.ts';

export interface Outcome {
  readonly outcome: RunOutcome;
  readonly message?: string;
}
export interface LaneBatch {
  readonly run: RunRef;
  readonly ops: readonly Operation[];
  readonly outcome?: Outcome;
}

const MAX_BATCH_OPS = 400;
/** About the size of a Redis command that still takes under 10 ms. */
const MAX_BATCH_BYTES = 256_000;
/** More than this waits only when Redis has been gone for long; the oldest are given up. */
const MAX_WAITING_OPS = 4_000;
const RETRY_MS = [100, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000] as const;

interface Item {
  readonly run: RunRef;
  readonly op: Operation | { readonly kind: 'terminal'; readonly outcome: Outcome };
  readonly bytes: number;
}

export interface Lane {
  /** Resolves when these operations were sent or given up, or at once while Redis is known to be gone. Never rejects. */
  add(run: RunRef, ops: readonly Operation[], outcome?: Outcome): Promise<void>;
}

export interface LaneDeps {
  /** Throws when the batch should be tried again, with the same number. */
  readonly send: (batch: LaneBatch, number: number) => Promise<void>;
  /** So many operations were given up. */
  readonly lost: (count: number, cause?: unknown) => void;
  /** Rises with every batch of the process. */
  readonly nextNumber: () => number;
  /** Nothing is left to send. */
  readonly idle: () => void;
}

export function openLane({ send, lost, nextNumber, idle }: LaneDeps): Lane {
  let waiting: Item[] = [];
  let working = false;
  let failing = false;
  let added = 0;
  let settled = 0;
  let callers: { readonly upTo: number; readonly resolve: () => void }[] = [];

  function settle(count: number): void {
    settled += count;
    const served = callers.filter(({ upTo }) => failing || upTo <= settled);
    callers = callers.filter((caller) => !served.includes(caller));
    for (const { resolve } of served) resolve();
  }

  async function work(): Promise<void> {
    working = true;
    while (waiting.length > 0) {
      const taken = takeBatch(waiting);
      waiting = waiting.slice(taken.count);
      await deliver(taken.batch, nextNumber());
      settle(taken.count);
    }
    working = false;
    idle();
  }

  async function deliver(batch: LaneBatch, number: number): Promise<void> {
    for (const delay of [...RETRY_MS, null]) {
      try {
        await send(batch, number);
        failing = false;
        return;
      } catch (error) {
        failing = true;
        settle(0);
        if (delay === null) return giveUp(batch.ops.length, waiting.length, error);
      }
      await pause(delay);
    }
  }

  function giveUp(sending: number, oldest: number, cause?: unknown): void {
    waiting.splice(0, oldest);
    lost(sending + oldest, cause);
    settle(oldest);
  }

  return {
    add: (run, ops, outcome) => {
      for (const op of ops) waiting.push({ run, op, bytes: JSON.stringify(op).length });
      if (outcome !== undefined) waiting.push({ run, op: { kind: 'terminal', outcome }, bytes: 200 });
      added += ops.length + (outcome === undefined ? 0 : 1);
      const surplus = waiting.length - MAX_WAITING_OPS;
      if (failing && surplus > 0) giveUp(0, surplus);
      const upTo = added;
      const sent = failing ? Promise.resolve() : new Promise<void>((resolve) => callers.push({ upTo, resolve }));
      // Nothing in it can throw: what fails is given up and told to `lost`.
      if (!working) void work();
      return sent;
    },
  };
}

/** The longest beginning of one epoch that makes a fair batch; a terminal ends it. */
function takeBatch(waiting: readonly Item[]): { batch: LaneBatch; count: number } {
  const ops: Operation[] = [];
  const run = waiting[0]?.run;
  if (run === undefined) throw new RangeError('A batch needs at least one operation.');
  let bytes = 0;
  let count = 0;
  for (const item of waiting) {
    if (item.run.epoch !== run.epoch || count >= MAX_BATCH_OPS || (count > 0 && bytes + item.bytes > MAX_BATCH_BYTES)) break;
    count += 1;
    bytes += item.bytes;
    if (item.op.kind === 'terminal') return { batch: { run, ops, outcome: item.op.outcome }, count };
    ops.push(item.op);
  }
  return { batch: { run, ops }, count };
}

/** Does not keep a finished process alive. */
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
