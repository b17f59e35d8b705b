import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { beginStep } from '../store/steps.ts';
import { openModelLedger } from './model-ledger.ts';

const t = await testStore();

test('what the model is asked while something is written goes with the next write', async () => {
  const { runId } = await t.projectWithRun(person(), { mode: 'model' });
  const fence = await t.store.forRun(runId, (tx) => beginStep(tx, runId, 'plan', '', 'task'));
  const { asked, write } = openModelLedger(t.store, fence);
  const ask = (callKey: string): void =>
    asked({
      ...{
        id: randomUUID(),
        callKey,
        kind: 'plan',
        schema: 'plan',
        model: 'm',
        startedAt: new Date(),
        durationMs: 1,
        status: 'ok',
      },
      ...{ error: null, finishReason: 'stop', promptTokens: 1, completionTokens: 1, answer: {} },
    });
  const kept = () => t.sql(`SELECT "callKey" FROM "ModelCall" WHERE "runId" = $1 ORDER BY ordinal`, [runId]);
  ask('before');
  await write(async () => ask('meanwhile'));
  expect(await kept()).toEqual([{ callKey: 'before' }]);
  await write(async () => undefined);
  expect(await kept()).toEqual([{ callKey: 'before' }, { callKey: 'meanwhile' }]);
});
