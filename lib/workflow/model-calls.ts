import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import canonicalize from 'canonicalize';
import type { Model, ModelKind } from '../agents/model.ts';
import { CacheUnavailable } from '../cache/errors.ts';
import type { ModelBudget, Reserved, Spender, Spending } from '../cache/model-budget.ts';
import { ask } from '../llm/ask.ts';
import { type Endpoint, estimated } from '../llm/endpoint.ts';
import { BudgetExceeded, ModelError, ModelTimedOut, ModelUnavailable, type Used } from '../llm/errors.ts';
import { limits } from '../llm/limits.ts';
import { sha256Hex } from '../mcp/result.ts';
import { stateDelta } from '../progress/makers.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { insertModelCall, modelAnswers, type NewModelCall } from '../store/model-calls.ts';
import type { Store } from '../store/store.ts';
import type { ModelTime, OpenModel } from './open-model.ts';
import type { StepContext } from './step.ts';

/** US dollars per million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
}

export interface ModelCallDeps {
  readonly store: Store;
  /** Null where none is configured. */
  readonly endpoint: Endpoint | null;
  /** Opened on first use: nothing connects to Redis for a run without a model. */
  readonly budget: () => Promise<ModelBudget>;
  readonly prices: Prices | null;
  readonly logger: Logger;
  readonly clock: Clock;
  /** 1 in production; tests shrink every limit by the same factor. */
  readonly timeScale: number;
}

/** Of the task's time: for writing down what was answered. */
const WRITING_MS = 4_000;
const PAUSE_MS = 150;

export const openStepModel =
  (deps: ModelCallDeps): OpenModel =>
  async (context, time) => {
    const { run, fence } = context;
    if (run.mode !== 'model') return null;
    const { endpoint } = deps;
    if (endpoint === null) {
      const missing = new ModelUnavailable('No model is configured: OPENAI_API_KEY and OPENAI_MODEL.', false);
      return { name: 'none', ask: () => Promise.reject(missing) };
    }
    const answers = await deps.store.forRun(run.id, (tx) => modelAnswers(tx, run.id, fence.step, fence.item), {
      signal: time.signal,
    });
    return stepModel({ ...deps, endpoint, context, time, answers });
  };

interface Asking extends ModelCallDeps {
  readonly endpoint: Endpoint;
  readonly context: StepContext;
  readonly time: ModelTime;
  /** What an earlier attempt of this step was answered, by key. */
  readonly answers: ReadonlyMap<string, unknown>;
}

function stepModel(asking: Asking): Model {
  const { endpoint, answers, time } = asking;
  return {
    name: endpoint.model,
    async ask(question) {
      const { kind, name, messages, schema } = question;
      const callKey = sha256Hex(Buffer.from(canonicalize([kind, name, endpoint.model, messages]) ?? ''));
      const before = schema.safeParse(answers.get(callKey));
      if (before.success) return before.data;
      const own = Date.now() + limits[kind].timeoutMs * asking.timeScale;
      const deadlineMs = Math.min(own, time.deadlineMs - WRITING_MS * asking.timeScale);
      const call = { id: randomUUID(), callKey, kind, schema: name, model: endpoint.model, startedAt: asking.clock.now() };
      const since = performance.now();
      try {
        const answered = await withinBudget(asking, call.id, question, deadlineMs, () =>
          ask(endpoint, question, { deadlineMs, signal: time.signal }),
        );
        // As it came, not as the schema changed it: a later attempt reads it with the schema again.
        await record(asking, { ...call, ...ended(since, answered.used), status: 'ok', error: null, answer: answered.raw });
        return answered.value;
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        await record(asking, { ...call, ...ended(since, error.used), status: 'error', error: error.name, answer: null });
        throw error;
      }
    },
  };
}

const ended = (since: number, used: Used | null) => ({
  durationMs: performance.now() - since,
  promptTokens: used?.promptTokens ?? 0,
  completionTokens: used?.completionTokens ?? 0,
  finishReason: used?.finishReason ?? null,
});

/** The row, the tokens for whoever watches, and a line without content. */
async function record({ store, context, logger }: Asking, call: NewModelCall): Promise<void> {
  const { run, fence } = context;
  const { model, status, error, promptTokens: inputTokens, completionTokens: outputTokens } = call;
  const where = { runId: run.id, step: fence.step, item: fence.item, attempt: fence.attempt };
  const durationMs = Math.round(call.durationMs);
  logger.info('model call', { ...where, model, status, reason: error, inputTokens, outputTokens, durationMs });
  await store.forRun(run.id, (tx) => insertModelCall(tx, fence, call));
  await context.publish([stateDelta({ add: { tokens: inputTokens + outputTokens } })]);
}

/** @throws BudgetExceeded, also where nobody knows what was spent; what `work` throws */
async function withinBudget<T extends { readonly used: Used }>(
  { budget, prices, context, time, endpoint, logger }: Asking,
  callId: string,
  { kind, messages }: { readonly kind: ModelKind; readonly messages: readonly { readonly content: string }[] },
  deadlineMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const who: Spender = { userId: context.run.startedBy, runId: context.run.id };
  const promptTokens = estimated(messages.reduce((sum, { content }) => sum + content.length, 0));
  const most = spending({ promptTokens, completionTokens: limits[kind].maxTokens }, prices);
  const counted = await budget().catch(unknownBudget);
  for (;;) {
    const reserved = await counted.reserve(who, callId, most, Math.max(1, deadlineMs - Date.now())).catch(unknownBudget);
    if (reserved === 'ok') break;
    if (reserved !== 'wait') throw new BudgetExceeded(refusals[reserved]);
    if (Date.now() + PAUSE_MS >= deadlineMs) throw new ModelTimedOut(`${endpoint.model} had no free place in time.`);
    await pause(PAUSE_MS * (0.5 + Math.random()), undefined, { signal: time.signal }).catch(() => undefined);
    time.signal.throwIfAborted();
  }
  let used: Used | null = null;
  try {
    const answered = await work();
    used = answered.used;
    return answered;
  } catch (error) {
    used = error instanceof ModelError ? error.used : null;
    throw error;
  } finally {
    const spent = used === null ? null : spending(used, prices);
    const difference =
      spent === null ? { tokens: 0, micros: 0 } : { tokens: spent.tokens - most.tokens, micros: spent.micros - most.micros };
    await counted
      .settle(who, callId, difference)
      .catch((error: unknown) => logger.warn('a model call was not settled', { error }));
  }
}

const refusals: Readonly<Record<Exclude<Reserved, 'ok' | 'wait'>, string>> = {
  'run-tokens': 'The run has used up its tokens (MODEL_TOKENS_PER_RUN).',
  'run-cost': 'The run has used up what it may cost (MODEL_COST_PER_RUN).',
  'user-tokens': 'The person who started the run has used up the tokens of the day (MODEL_TOKENS_PER_USER_DAY).',
};

/** Budgets fail closed (threats-and-faults.md, Redis). */
function unknownBudget(error: unknown): never {
  if (error instanceof CacheUnavailable)
    throw new BudgetExceeded('Nobody knows what was spent on the model: Redis could not be asked.', { cause: error });
  throw error;
}

function spending(
  { promptTokens, completionTokens }: Pick<Used, 'promptTokens' | 'completionTokens'>,
  prices: Prices | null,
): Spending {
  const tokens = promptTokens + completionTokens;
  // Dollars per million tokens are millionths of a dollar per token.
  return { tokens, micros: prices === null ? 0 : promptTokens * prices.input + completionTokens * prices.output };
}
