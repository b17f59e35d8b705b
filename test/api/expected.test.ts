/** When a run may end, for who asks by HTTP. */
import { expect, test } from 'vitest';
import { runWithState } from '../../lib/contract/api/runs.ts';
import { beginStep, finishStep } from '../../lib/store/steps.ts';
import { startApi } from './api.ts';

const api = await startApi();

test('unknown until it is planned, then ahead and nearer with each stage, and unknown again once it has ended', async () => {
  const owner = await api.person();
  const { runId } = await api.store.projectWithRun(owner.principal, { mode: 'model' });
  const asked = async () => {
    const { body } = await owner.ask('GET /runs/{runId}', { params: { runId } });
    const { expectedEndAt } = runWithState.parse(body).state;
    const [row] = await api.store.sql<{ now: Date }>('SELECT now() AS now');
    return expectedEndAt === null ? null : (Date.parse(expectedEndAt) - Number(row?.now)) / 1000;
  };
  const begin = (step: string) => api.store.store.forRun(runId, (tx) => beginStep(tx, runId, step, '', 'task'));
  expect(await asked()).toBeNull();
  const plan = await begin('plan');
  expect(await asked()).toBeNull();
  await api.store.store.forRun(runId, (tx) => finishStep(tx, plan, { status: 'done' }));
  const seconds = [await asked()];
  for (const step of ['assess', 'section', 'summarise', 'compare']) {
    await begin(step);
    seconds.push(await asked());
  }
  expect(seconds).toEqual([...seconds].sort((a, b) => Number(b) - Number(a)));
  expect(Math.min(...seconds.map(Number))).toBeGreaterThan(-5);
  expect(Math.max(...seconds.map(Number))).toBeGreaterThan(20);
  await api.store.sql(`UPDATE "Run" SET outcome = 'complete', "endedAt" = now() WHERE id = $1`, [runId]);
  expect(await asked()).toBeNull();
});
