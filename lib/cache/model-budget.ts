/**
 * What runs and people may spend on a model, and how many calls are under way at once, over all instances. Reserved before a call
 * and settled after it, in one script each; by Redis's clock. A call whose process died stays counted as what was reserved.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { Cache } from './cache.ts';
import { keys } from './keys.ts';
import { openLines } from './lines.ts';
import { modelBudgetScript } from './model-budget-script.ts';

export interface BudgetLimits {
  readonly tokensPerRun: number;
  readonly tokensPerUserDay: number;
  /** Millionths of a US dollar; null: no limit, or no price is known. */
  readonly microsPerRun: number | null;
  readonly callsAtOnce: number;
}

export interface Spending {
  readonly tokens: number;
  /** Millionths of a US dollar. */
  readonly micros: number;
}

export interface Spender {
  readonly userId: string;
  readonly runId: string;
}

/** Milliseconds: counts outlive the run, and the day. */
const COUNTED_MS = 2 * 24 * 3_600_000;
/** How long after it was last heard of somebody who waits keeps their turn; and between two questions of theirs, jittered by half. */
const TURN_MS = 600;
const ASK_AGAIN_MS = 150;
/** A place outlives its call's deadline by this, so that whoever settles late still finds it. */
const SLACK_MS = 5_000;

const answer = z.enum(['ok', 'wait', 'run-tokens', 'run-cost', 'user-tokens']);

export interface Reservation {
  /** Gives the place back and counts what was spent in place of what was reserved. @throws CacheUnavailable: it stays as reserved */
  settle(spent: Spending): Promise<void>;
}

/** `wait`: every place is taken, or somebody has a better claim to the next one; and the time for waiting is over. */
export type Refusal = Exclude<z.infer<typeof answer>, 'ok'>;

export interface Within {
  /** Epoch milliseconds: the call ends by then. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface ModelBudget {
  /** Waits for a place until the deadline, and counts the most that the call may spend. @throws CacheUnavailable, the signal's reason */
  reserve(who: Spender, most: Spending, within: Within): Promise<Reservation | Refusal>;
}

export function openModelBudget(cache: Cache, limits: BudgetLimits, now: () => Date): ModelBudget {
  const { tokensPerRun, microsPerRun, tokensPerUserDay, callsAtOnce } = limits;
  const bounds = [tokensPerRun, microsPerRun ?? -1, tokensPerUserDay, callsAtOnce, COUNTED_MS, TURN_MS];
  const lines = openLines();

  async function ask({ userId, runId }: Spender, most: Spending, deadlineMs: number): Promise<Reservation | Refusal> {
    // The day of the reservation is the day of the spending, though a call may end after midnight.
    const day = now().toISOString().slice(0, 10);
    const names = [keys.modelCalls(), keys.modelWaiting(), keys.modelUser(userId, day), keys.modelRun(runId)];
    const call = [userId.toLowerCase(), randomUUID()];
    const reserved = { tokens: Math.ceil(most.tokens), micros: Math.ceil(most.micros) };
    const hold = Math.ceil(Math.max(0, deadlineMs - Date.now())) + SLACK_MS;
    const args = ['reserve', ...call, reserved.tokens, reserved.micros, hold, ...bounds];
    const said = answer.parse(await cache.run(modelBudgetScript, names, args));
    if (said !== 'ok') return said;
    return {
      async settle(spent) {
        const difference = [Math.ceil(spent.tokens) - reserved.tokens, Math.ceil(spent.micros) - reserved.micros];
        await cache.run(modelBudgetScript, names, ['settle', ...call, ...difference, 0, ...bounds]);
      },
    };
  }

  return {
    async reserve(who, most, { deadlineMs, signal }) {
      if (lines.isEmpty(who.userId)) {
        const said = await ask(who, most, deadlineMs);
        if (said !== 'wait') return said;
      }
      const over = AbortSignal.timeout(Math.max(0, Math.floor(deadlineMs - Date.now())));
      const either = AbortSignal.any([signal, over]);
      return lines.wait(who.userId, either, async () => {
        for (;;) {
          signal.throwIfAborted();
          if (over.aborted) return 'wait';
          const said = await ask(who, most, deadlineMs);
          if (said !== 'wait') return said;
          await pause(ASK_AGAIN_MS * (0.5 + Math.random()), undefined, { signal: either }).catch(() => undefined);
        }
      });
    },
  };
}
