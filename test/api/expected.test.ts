/** When a run may end, for who asks by HTTP. */
import { expect, test } from 'vitest';
import { runWithState } from '../../lib/contract/api/runs.ts';
import { beginStep, finishStep } from '../../lib/store/steps.ts';
import { startApi } from './api.ts';

const api = await startApi();

test('unknown until it is planned, then nearer with each stage, and unknown again once it has ended', async () => {
  const owner = await api.person();
  const { runId } = await api.store.projectWithRun(owner.principal, { mode: 'model' });
  const { forRun } = api.store.store;
  const end = async () => {
    const { body } = await owner.ask('GET /runs/{runId}', { params: { runId } });
    return runWithState.parse(body).state.expectedEndAt;
  };
  const secondsFrom = async (column: 'startedAt' | 'finishedAt', step: string) => {
    const [row] = await api.store.sql<{ at: Date }>(`SELECT "${column}" AS at FROM "Step" WHERE "runId" = $1 AND name = $2`, [
      runId,
      step,
    ]);
    return (Date.parse((await end()) ?? '') - Number(row?.at)) / 1000;
  };
  expect(await end()).toBeNull();
  const plan = await forRun(runId, (tx) => beginStep(tx, runId, 'plan', '', 'task'));
  expect(await end()).toBeNull();
  await forRun(runId, (tx) => finishStep(tx, plan, { status: 'done' }));
  expect(await secondsFrom('finishedAt', 'plan')).toBe(27);
  const after: number[] = [];
  for (const step of ['assess', 'section', 'summarise', 'compare']) {
    await forRun(runId, (tx) => beginStep(tx, runId, step, '', 'task'));
    after.push(await secondsFrom('startedAt', step));
  }
  expect(after).toEqual([27, 18, 9, 1]);
  await api.store.sql(`UPDATE "Run" SET outcome = 'complete', "endedAt" = now() WHERE id = $1`, [runId]);
  expect(await end()).toBeNull();
});
