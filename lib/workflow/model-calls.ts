import { randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Model } from '../agents/model.ts';
import type { ModelBudget } from '../cache/model-budget.ts';
import { ask } from '../llm/ask.ts';
import type { Endpoint } from '../llm/endpoint.ts';
import { ModelError, ModelUnavailable, type Used } from '../llm/errors.ts';
import { limits } from '../llm/limits.ts';
import { mostOf } from '../llm/most.ts';
import { sha256Hex } from '../mcp/result.ts';
import { stateDelta } from '../progress/makers.ts';
import type { Clock } from '../runtime/clock.ts';
import { errorName } from '../runtime/errors.ts';
import type { Logger } from '../runtime/logger.ts';
import { measure } from '../runtime/metrics.ts';
import { modelAnswers, type NewModelCall } from '../store/model-calls.ts';
import type { Store } from '../store/store.ts';
import type { StepContext } from './step.ts';
import type { ModelTime, OpenModel } from './step-model.ts';
import { type Prices, withinBudget } from './within-budget.ts';

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
    // A first attempt was answered nothing before.
    const answers =
      fence.attempt === 1
        ? new Map<string, unknown>()
        : await deps.store.forRun(run.id, (tx) => modelAnswers(tx, run.id, fence.step, fence.item), { signal: time.signal });
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
      const { budget, prices, logger, context } = asking;
      const who = { userId: context.run.startedBy, runId: context.run.id };
      const within = { deadlineMs, signal: time.signal };
      const budgeted = { budget, prices, logger, who, most: mostOf(question), later: context.later, ...within };
      const answered = await withinBudget(budgeted, () => ask(endpoint, question, within)).catch((error: unknown) => {
        const used = ended(since, error instanceof ModelError ? error.used : null);
        record(asking, { ...call, ...used, status: 'error', error: errorName(error), answer: null });
        throw error;
      });
      // As it came, not as the schema changed it: a later attempt reads it with the schema again.
      record(asking, { ...call, ...ended(since, answered.used), status: 'ok', error: null, answer: answered.raw });
      return answered.value;
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
function record({ context, logger }: Asking, call: NewModelCall): void {
  const { run, fence } = context;
  const { model, status, error, promptTokens: inputTokens, completionTokens: outputTokens } = call;
  const where = { runId: run.id, step: fence.step, item: fence.item, attempt: fence.attempt };
  const durationMs = Math.round(call.durationMs);
  logger.info('model call', { ...where, model, status, reason: error, inputTokens, outputTokens, durationMs });
  measure('ModelTokens', { value: inputTokens + outputTokens, runId: run.id });
  if (error === 'BudgetExceeded' || error === 'BudgetUnavailable') measure('BudgetRefused', { runId: run.id });
  context.asked(call);
  context.publish([stateDelta({ add: { tokens: inputTokens + outputTokens } })]);
}
