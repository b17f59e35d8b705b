import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { testRedis } from '../../test/support/services.ts';
import { person, testStore } from '../../test/support/store.ts';
import { type Cache, openCache } from '../cache/cache.ts';
import { type BudgetLimits, openModelBudget } from '../cache/model-budget.ts';
import { acts, openScripted } from '../llm/scripted.fixture.ts';
import type { ProgressEvent } from '../progress/makers.ts';
import { DeadlineExceeded } from '../runtime/errors.ts';
import type { LogFields } from '../runtime/logger.ts';
import { modelUsage } from '../store/model-calls.ts';
import { getRun } from '../store/runs.ts';
import { beginStep, type Fence } from '../store/steps.ts';
import { type ModelCallDeps, openStepModel } from './model-calls.ts';
import { type ModelLedger, openModelLedger } from './model-ledger.ts';
import { loadRunData } from './run-data.ts';
import type { StepContext } from './step.ts';

const t = await testStore();
const redis = await testRedis({ own: true });
const cache = openCache({ url: redis.url, cluster: false });
const nowhere = openCache({ url: 'redis://127.0.0.1:1', cluster: false });
const scripted = await openScripted();
afterAll(async () => {
  scripted.close();
  await Promise.all([cache.close(), nowhere.close()]);
  await redis.stop();
});

const { says, hangs, refuses } = acts;
const usage = { prompt_tokens: 30, completion_tokens: 12 };
const yes = says('{"ready":true}', { usage });
const question = {
  kind: 'plan',
  name: 'ready',
  schema: z.object({ ready: z.boolean() }),
  messages: [{ role: 'user', content: 'Ready? The word is SECRET.' }],
} as const;

interface Options extends Partial<ModelCallDeps> {
  readonly limits?: Partial<BudgetLimits>;
  readonly redis?: Cache;
  readonly signal?: AbortSignal;
  /** Milliseconds that the task has. */
  readonly ms?: number;
}

/** One run, and the model of as many attempts of one step of it as are asked for. */
async function aRun(mode: 'checks' | 'model' = 'model') {
  const { runId } = await t.projectWithRun(person(), { mode });
  const events: ProgressEvent[] = [];
  const lines: { message: string; fields: LogFields }[] = [];
  const say = (message: string, fields: LogFields = {}) => void lines.push({ message, fields });
  const logger = { debug: say, info: say, warn: say, error: say, child: () => logger };
  const ledgers: ModelLedger[] = [];
  const ledgerOf = (fence: Fence): ModelLedger => {
    const ledger = openModelLedger(t.store, fence);
    ledgers.push(ledger);
    return ledger;
  };
  const behind: Promise<void>[] = [];
  /** What a step's next transaction does, and its end. */
  const written = async () => {
    await Promise.all(behind);
    for (const { write } of ledgers) await write(async () => undefined);
  };
  const attempt = async ({
    limits = {},
    redis: on = cache,
    ms = 20_000,
    signal = new AbortController().signal,
    ...more
  }: Options = {}) => {
    await written();
    const context = await t.store.forRun(runId, async (tx): Promise<StepContext> => {
      const run = await getRun(tx, runId);
      if (run === null) throw new Error('the run is gone');
      const fence = await beginStep(tx, runId, 'plan', '', 'task');
      const publish: StepContext['publish'] = (all) => void events.push(...all);
      const later: StepContext['later'] = (work) => void behind.push(work);
      return { run, fence, cause: null, stepName: 'manager/-#1', publish, later, ...ledgerOf(fence) };
    });
    const plenty = { tokensPerRun: 1e6, tokensPerUserDay: 1e6, microsPerRun: null, callsAtOnce: 100 };
    const open = openStepModel({
      ...{ store: t.store, endpoint: scripted.endpoint(), prices: null, logger, timeScale: 1 },
      budget: async () => openModelBudget(on, { ...plenty, ...limits }, () => new Date()),
      clock: { now: () => new Date() },
      ...more,
    });
    return open(context, { signal, deadlineMs: Date.now() + ms });
  };
  const rows = async () => {
    await written();
    return t.sql<{ status: string; error: string | null; attempt: number; promptTokens: number; completionTokens: number }>(
      `SELECT status, error, attempt, "promptTokens", "completionTokens" FROM "ModelCall" WHERE "runId" = $1 ORDER BY ordinal`,
      [runId],
    );
  };
  return { runId, attempt, events, lines, rows };
}

beforeEach(() => scripted.script(yes));

describe('the model of a step', () => {
  test('is none for a run by checks', async () => {
    expect(await (await aRun('checks')).attempt()).toBeNull();
  });

  test('says that none is configured, where one was asked for', async () => {
    const { attempt, rows } = await aRun();
    await expect((await attempt({ endpoint: null }))?.ask(question)).rejects.toMatchObject({ name: 'ModelUnavailable' });
    expect(await rows()).toEqual([]);
  });

  test('answers, and leaves one row, the tokens for whoever watches, and a line without content', async () => {
    const { runId, attempt, rows, events, lines } = await aRun();
    expect(await (await attempt())?.ask(question)).toEqual({ ready: true });
    expect(await rows()).toEqual([{ status: 'ok', error: null, attempt: 1, promptTokens: 30, completionTokens: 12 }]);
    expect(events).toEqual([{ type: 'STATE_CHANGE', add: { tokens: 42 } }]);
    expect(lines).toEqual([
      { message: 'model call', fields: expect.objectContaining({ runId, status: 'ok', inputTokens: 30, outputTokens: 12 }) },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/SECRET|ready/);
    await rows();
    const { data } = await loadRunData(t.store, runId, new Date(), new AbortController().signal);
    expect(data.run.model).toBe('scripted');
  });

  test('gives a later attempt the same answer without a call, whatever time it has left', async () => {
    const { attempt, rows } = await aRun();
    const model = await attempt();
    await model?.ask({ ...question, aside: '50 s are left' });
    scripted.script(says('{"ready":false}'));
    const again = await attempt();
    expect(await again?.ask({ ...question, aside: '20 s are left' })).toEqual({ ready: true });
    expect(scripted.heard).toHaveLength(0);
    expect(await again?.ask({ ...question, messages: [{ role: 'user', content: 'And now?' }] })).toEqual({ ready: false });
    expect(await rows()).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
  });

  test('asks again what failed before; both stand in the ledger', async () => {
    const { runId, attempt, rows } = await aRun();
    scripted.script(says(null, { refusal: 'no', usage }));
    await expect((await attempt())?.ask(question)).rejects.toMatchObject({ name: 'ModelRefused' });
    scripted.script(yes);
    expect(await (await attempt())?.ask(question)).toEqual({ ready: true });
    expect(await rows()).toMatchObject([
      { status: 'error', error: 'ModelRefused', promptTokens: 30, completionTokens: 12 },
      { status: 'ok', error: null },
    ]);
    expect(await t.store.forRun(runId, (tx) => modelUsage(tx, runId))).toEqual({
      ...{ model: 'scripted', calls: 2, failed: 1, promptTokens: 60, completionTokens: 24 },
    });
  });

  test('writes nothing for an attempt that was overtaken', async () => {
    const { attempt, rows } = await aRun();
    const overtaken = await attempt();
    await attempt();
    await overtaken?.ask(question);
    await expect(rows()).rejects.toMatchObject({ name: 'StaleAttempt' });
  });
});

describe('its time', () => {
  test('is the task’s: given up with it, by the same name, in the ledger too', async () => {
    const { attempt, rows } = await aRun();
    scripted.script(hangs());
    const controller = new AbortController();
    const model = await attempt({ signal: controller.signal });
    const under = expect(model?.ask(question)).rejects.toMatchObject({ name: 'DeadlineExceeded' });
    await expect.poll(() => scripted.heard.length).toBe(1);
    controller.abort(new DeadlineExceeded('The time limit has passed.'));
    await under;
    await expect.poll(() => scripted.heard[0]?.isGone).toBe(true);
    expect(await rows()).toMatchObject([{ status: 'error', error: 'DeadlineExceeded' }]);
  });

  test('ends in time for the task to write why', async () => {
    const { attempt, rows } = await aRun();
    scripted.script(hangs());
    const model = await attempt({ ms: 4_400 });
    const from = performance.now();
    await expect(model?.ask(question)).rejects.toMatchObject({ name: 'ModelTimedOut' });
    expect(performance.now() - from).toBeLessThan(2_000);
    expect(await rows()).toMatchObject([{ status: 'error', error: 'ModelTimedOut' }]);
  });

  test('is that of its kind, scaled with everything else', async () => {
    const { attempt } = await aRun();
    scripted.script(hangs());
    const model = await attempt({ timeScale: 0.00500001 });
    const from = performance.now();
    await expect(model?.ask(question)).rejects.toMatchObject({ name: 'ModelTimedOut' });
    // 60 s x 0.005
    expect(performance.now() - from).toBeGreaterThan(280);
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});

describe('its budget', () => {
  test('takes two questions to Redis for a call', async () => {
    let commands = 0;
    const counting: Cache = {
      ...cache,
      run: (...given) => {
        commands += 1;
        return cache.run(...given);
      },
    };
    await (await (await aRun()).attempt({ redis: counting }))?.ask(question);
    expect(commands).toBe(2);
  });

  test.each([
    ['tokens of the run', { tokensPerRun: 1_000 }],
    ['tokens of the person', { tokensPerUserDay: 1_000 }],
    ['cost of the run', { microsPerRun: 1_000 }],
  ])('refuses by name what could exceed the %s, and nothing is asked', async (_, limits) => {
    const { attempt, rows } = await aRun();
    const model = await attempt({ limits, prices: { input: 1, output: 2 } });
    await expect(model?.ask(question)).rejects.toMatchObject({ name: 'BudgetExceeded' });
    expect(scripted.heard).toHaveLength(0);
    expect(await rows()).toMatchObject([{ status: 'error', error: 'BudgetExceeded', promptTokens: 0 }]);
  });

  test('counts what was used, not what might have been; nothing for a call that was turned away', async () => {
    const { attempt } = await aRun();
    // One question reserves about 23,000.
    const model = await attempt({ limits: { tokensPerRun: 23_500 } });
    const ask = (content: string) => model?.ask({ ...question, messages: [{ role: 'user', content }] });
    await ask('one');
    scripted.script(refuses(401));
    await expect(ask('two')).rejects.toMatchObject({ name: 'ModelUnavailable' });
    scripted.script(yes);
    for (const content of ['three', 'four']) expect(await ask(content)).toEqual({ ready: true });
  });

  test('is closed while nobody can be asked what was spent', async () => {
    const { attempt, rows } = await aRun();
    await expect((await attempt({ redis: nowhere }))?.ask(question)).rejects.toMatchObject({ name: 'BudgetUnavailable' });
    expect(scripted.heard).toHaveLength(0);
    expect(await rows()).toMatchObject([{ error: 'BudgetUnavailable' }]);
  });

  test('has a place for so many calls at once; who finds none in time says so', async () => {
    scripted.script(hangs());
    const limits = { callsAtOnce: 1 };
    const first = await (await aRun()).attempt({ limits, timeScale: 0.02 });
    const second = await (await aRun()).attempt({ limits, timeScale: 0.01 });
    const under = expect(first?.ask(question)).rejects.toThrow('did not answer in time');
    await expect.poll(() => scripted.heard.length).toBe(1);
    await expect(second?.ask(question)).rejects.toThrow('No place among the model calls was free in time.');
    await under;
    expect(scripted.heard).toHaveLength(1);
  });
});
