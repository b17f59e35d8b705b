/** A model call inside the budgets of its run and of the person who started it, and in one of the places that all share. */
import { CacheUnavailable } from '../cache/errors.ts';
import type { ModelBudget, Refusal, Reservation, Spender, Spending } from '../cache/model-budget.ts';
import { BudgetExceeded, BudgetUnavailable, ModelError, ModelTimedOut, type Used } from '../llm/errors.ts';
import type { Tokens } from '../llm/most.ts';
import type { Logger } from '../runtime/logger.ts';

/** US dollars per million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

export interface Budgeted {
  readonly budget: () => Promise<ModelBudget>;
  readonly prices: Prices | null;
  readonly logger: Logger;
  readonly who: Spender;
  readonly most: Tokens;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Is given what goes on behind the answer: nobody waits for it before the step's end. */
  later(work: Promise<void>): void;
}

/** Waits for a place until the deadline. @throws BudgetExceeded, BudgetUnavailable, ModelTimedOut, and what `work` throws */
export async function withinBudget<T extends { readonly used: Used }>(given: Budgeted, work: () => Promise<T>): Promise<T> {
  const { prices, most, logger, later } = given;
  const reservation = await reserved(given);
  /** Null: nobody knows what it cost, and it stays as reserved. */
  let used: Used | null = null;
  try {
    const answered = await work();
    used = answered.used;
    return answered;
  } catch (error) {
    if (error instanceof ModelError) used = error.used;
    throw error;
  } finally {
    const settled = reservation.settle(spending(used ?? most, prices));
    later(settled.catch((error: unknown) => logger.warn('a model call was not settled', { error })));
  }
}

async function reserved({ budget, prices, who, most, deadlineMs, signal }: Budgeted): Promise<Reservation> {
  const counted = await budget().catch(unknownBudget);
  const said = await counted.reserve(who, spending(most, prices), { deadlineMs, signal }).catch(unknownBudget);
  if (typeof said === 'object') return said;
  if (said === 'wait') throw new ModelTimedOut('No place among the model calls was free in time.');
  throw new BudgetExceeded(refusals[said]);
}

const refusals: Readonly<Record<Exclude<Refusal, 'wait'>, string>> = {
  'run-tokens': 'The run has used up its tokens (MODEL_TOKENS_PER_RUN).',
  'run-cost': 'The run has used up what it may cost (MODEL_COST_PER_RUN).',
  'user-tokens': 'The person who started the run has used up the tokens of the day (MODEL_TOKENS_PER_USER_DAY).',
};

/** Budgets fail closed: without Redis nothing is spent. */
function unknownBudget(error: unknown): never {
  if (error instanceof CacheUnavailable)
    throw new BudgetUnavailable('Nobody knows what was spent on the model: Redis could not be asked.', { cause: error });
  throw error;
}

/** Dollars per million tokens are millionths of a dollar per token. */
const spending = ({ promptTokens, completionTokens }: Tokens, prices: Prices | null): Spending => ({
  tokens: promptTokens + completionTokens,
  micros: prices === null ? 0 : promptTokens * prices.input + completionTokens * prices.output,
});
