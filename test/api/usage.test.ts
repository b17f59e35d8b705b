/** What a run's model was asked, and what that cost. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { insertModelCalls } from '../../lib/store/model-calls.ts';
import { beginStep } from '../../lib/store/steps.ts';
import { startApi } from './api.ts';

const api = await startApi();

async function runWithCalls(mode: 'checks' | 'model') {
  const owner = await api.person();
  const { runId } = await api.store.projectWithRun(owner.principal, { mode });
  if (mode === 'model') {
    await api.store.store.forRun(runId, async (tx) => {
      const fence = await beginStep(tx, runId, 'plan', '', 'task');
      for (const error of [null, 'ModelTimedOut']) {
        const call = {
          id: randomUUID(),
          callKey: 'k',
          kind: 'plan',
          schema: 'plan',
          model: 'm',
          startedAt: new Date(),
          durationMs: 5,
        };
        const ended = { status: error === null ? 'ok' : 'error', error, finishReason: null, answer: null } as const;
        await insertModelCalls(tx, fence, [{ ...call, ...ended, promptTokens: 100_000, completionTokens: 5_000 }]);
      }
    });
  }
  return async () => (await owner.ask('GET /runs/{runId}', { params: { runId } })).body['usage'];
}

test('calls and tokens of a run with a model; the cost where prices are known', async () => {
  const usage = await runWithCalls('model');
  const counted = { calls: 2, failed: 1, promptTokens: 200_000, completionTokens: 10_000 };
  expect(await usage()).toEqual({ ...counted, costUsd: null });
  await api.settings({ OPENAI_PRICE_INPUT: '0.25', OPENAI_PRICE_OUTPUT: '2' });
  expect(await usage()).toEqual({ ...counted, costUsd: 0.07 });
});

test('nothing for a run by checks', async () => {
  expect(await (await runWithCalls('checks'))()).toBeNull();
});
