import { describe, expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { StaleAttempt } from './errors.ts';
import { bumpEpoch, getRun, requestCancel, setOutcome } from './runs.ts';
import { beginStep, beginStepUnlessDone, finishStep, getStep, holdFence, listSteps } from './steps.ts';
import { sql } from './tx.ts';

const t = await testStore();
const aRun = async () => (await t.projectWithRun(person())).runId;
const begin = (runId: string, item = 'group', origin: 'task' | 'fallback' = 'task') =>
  t.store.forRun(runId, (tx) => beginStep(tx, runId, 'assess', item, origin));
const ended = { outcome: 'complete', endedAt: new Date(), score: null } as const;

describe('attempts', () => {
  test('in parallel get different numbers', async () => {
    const runId = await aRun();
    const fences = await Promise.all(Array.from({ length: 12 }, () => begin(runId)));
    expect(fences.map(({ attempt }) => attempt).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
  });

  test('a superseded one writes nothing any more, the newest does', async () => {
    const runId = await aRun();
    const [first, second] = [await begin(runId), await begin(runId, 'group', 'fallback')];
    const late = t.store.forRun(runId, (tx) => finishStep(tx, first, { status: 'done' }));
    await expect(late).rejects.toThrow(StaleAttempt);
    await t.store.forRun(runId, (tx) => finishStep(tx, second, { status: 'failed', error: 'Timeout', reason: 'it was\0 late' }));
    expect(await t.store.forRun(runId, (tx) => listSteps(tx, runId))).toMatchObject([
      {
        name: 'assess',
        item: 'group',
        attempt: 2,
        status: 'failed',
        origin: 'fallback',
        error: 'Timeout',
        reason: 'it was\uFFFD late',
      },
    ]);
  });

  test('one that is writing holds up the next until it has committed', async () => {
    const runId = await aRun();
    const first = await begin(runId);
    const order: string[] = [];
    let second: Promise<void> = Promise.resolve();
    await t.store.forRun(runId, async (tx) => {
      holdFence(tx, first);
      await sql(tx).query`SELECT 'behind the lock'`;
      second = begin(runId).then(() => void order.push('second began'));
      // Long enough for the other connection to arrive at the lock.
      await sql(tx).query`SELECT pg_sleep(0.2)::text`;
      order.push('first wrote');
    });
    await second;
    expect(order).toEqual(['first wrote', 'second began']);
  });

  test.each([
    ['its stage has ended', (runId: string) => t.store.forRun(runId, (tx) => bumpEpoch(tx, runId))],
    ['cancel was requested', (runId: string) => t.store.forRun(runId, (tx) => requestCancel(tx, runId, new Date()))],
    ['the run has an outcome', (runId: string) => t.store.forRun(runId, (tx) => setOutcome(tx, runId, ended))],
  ])('one writes nothing after %s', async (_why, end) => {
    const runId = await aRun();
    const fence = await begin(runId);
    await end(runId);
    await expect(t.store.forRun(runId, async (tx) => holdFence(tx, fence))).rejects.toThrow(StaleAttempt);
  });

  test('none begins once the run has an outcome, and none on a run of somebody else', async () => {
    const [runId, other] = [await aRun(), await aRun()];
    await expect(t.store.forRun(other, (tx) => beginStep(tx, runId, 'assess', '', 'task'))).rejects.toThrow(StaleAttempt);
    await t.store.forRun(runId, (tx) => setOutcome(tx, runId, ended));
    await expect(begin(runId)).rejects.toThrow(StaleAttempt);
  });

  test('a finished step is not begun again by who says so, and its rows stay', async () => {
    const runId = await aRun();
    const fence = await begin(runId);
    const again = () => t.store.forRun(runId, (tx) => beginStepUnlessDone(tx, runId, 'assess', 'group', 'fallback'));
    expect(await again()).toMatchObject({ attempt: 2 });
    await expect(t.store.forRun(runId, async (tx) => holdFence(tx, fence))).rejects.toThrow(StaleAttempt);
    await t.store.forRun(runId, (tx) => finishStep(tx, { ...fence, attempt: 2 }, { status: 'done' }));
    expect(await again()).toBeNull();
    expect(await t.store.forRun(runId, (tx) => getStep(tx, runId, 'assess', 'group'))).toMatchObject({
      status: 'done',
      attempt: 2,
    });
  });

  test('the epoch that a fence carries is the run’s', async () => {
    const runId = await aRun();
    await t.store.forRun(runId, (tx) => bumpEpoch(tx, runId));
    expect(await begin(runId)).toMatchObject({ epoch: 1 });
    expect(await t.store.forRun(runId, (tx) => getRun(tx, runId))).toMatchObject({ epoch: 1 });
  });
});
