/** Work of one run in one transaction: it saves most of them, and nobody may notice. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { insertBlobs } from './blobs.ts';
import { StaleAttempt, TransientFailure } from './errors.ts';
import { archiveEvents } from './report.ts';
import { beginStep, finishStep, holdFence } from './steps.ts';
import { type SqlTx, sql } from './tx.ts';

const t = await testStore();
const store = t.open({ direct: true, poolMax: 3 });
const started = async () => (await t.projectWithRun(person())).runId;

/** The transaction that it is in. Writes a row of its own. */
const write = (runId: string, stream: string) => async (tx: SqlTx) => {
  await archiveEvents(tx, runId, [{ stream, seq: 1, time: new Date(), event: {} }]);
  const [row] = await sql(tx).query<{ id: string }[]>`SELECT pg_current_xact_id()::text AS id`;
  return row?.id ?? '';
};
const streams = async (runId: string) => {
  const rows = await t.sql<{ stream: string }>('SELECT stream FROM "RunEvent" WHERE "runId" = $1 ORDER BY stream', [runId]);
  return rows.map(({ stream }) => stream);
};

test('what is asked for in one turn is in one transaction; other turns and other runs have their own', async () => {
  const [runId, otherId] = [await started(), await started()];
  const [one, two, other] = await Promise.all([
    store.forRunInSql(runId, write(runId, 'one')),
    store.forRunInSql(runId, write(runId, 'two')),
    store.forRunInSql(otherId, write(otherId, 'other')),
  ]);
  const later = await store.forRunInSql(runId, write(runId, 'later'));
  expect(two).toBe(one);
  expect(new Set([one, other, later]).size).toBe(3);
  expect(await streams(runId)).toEqual(['later', 'one', 'two']);
  expect(await streams(otherId)).toEqual(['other']);
});

test('work sees only its own run, whoever it is with', async () => {
  const [runId, otherId] = [await started(), await started()];
  const look = (id: string) =>
    store.forRunInSql(id, (tx) => sql(tx).query<{ id: string }[]>`SELECT id FROM "Run" WHERE outcome IS NULL`);
  const seen = await Promise.all([look(runId), look(otherId), look(runId)]);
  expect(seen).toEqual([[{ id: runId }], [{ id: otherId }], [{ id: runId }]]);
});

test('one that fails is told why, writes nothing, and takes nobody with it', async () => {
  const runId = await started();
  const failing = store.forRunInSql(runId, async (tx) => {
    await write(runId, 'failing')(tx);
    throw new RangeError('its own');
  });
  const refused = store.forRunInSql(runId, (tx) => sql(tx).query`SELECT 1 / 0`);
  const [one, two, ...ends] = await Promise.allSettled([
    store.forRunInSql(runId, write(runId, 'one')),
    store.forRunInSql(runId, write(runId, 'two')),
    failing,
    refused,
  ]);
  expect([one?.status, two?.status]).toEqual(['fulfilled', 'fulfilled']);
  expect(ends).toMatchObject([{ reason: { message: 'its own' } }, { reason: { message: expect.stringContaining('zero') } }]);
  expect(await streams(runId)).toEqual(['one', 'two']);
});

test('one that takes too long is told so alone', async () => {
  const runId = await started();
  const hurried = t.open({ direct: true, poolMax: 3, statementTimeoutMs: 200 });
  const [slow, one] = await Promise.allSettled([
    hurried.forRunInSql(runId, (tx) => sql(tx).query`SELECT 1 FROM pg_sleep(1)`),
    hurried.forRunInSql(runId, write(runId, 'one')),
  ]);
  expect(slow).toMatchObject({ reason: { name: new TransientFailure().name } });
  expect(one?.status).toBe('fulfilled');
  expect(await streams(runId)).toEqual(['one']);
});

test('what has to be alone is', async () => {
  const runId = await started();
  const [one, two] = await Promise.all([
    store.forRunInSql(runId, write(runId, 'one')),
    store.forRunInSql(runId, write(runId, 'two'), { alone: true }),
  ]);
  expect(two).not.toBe(one);
});

test('writers of the same blobs share transactions and never wait for each other in a circle', async () => {
  const owner = person();
  const { projectId, runId } = await t.projectWithRun(owner);
  const otherId = await t.run(projectId, owner);
  const write = (id: string, text: string) =>
    store.forRunInSql(
      id,
      async (tx) => {
        const content = Buffer.from(text);
        const kept = insertBlobs(tx, projectId, [{ sha256: createHash('sha256').update(content).digest('hex'), content }]);
        const [[row]] = await Promise.all([sql(tx).query<{ id: string }[]>`SELECT pg_current_xact_id()::text AS id`, kept]);
        return row?.id ?? '';
      },
      { among: 'blobs' },
    );
  const texts = Array.from({ length: 8 }, (_, at) => `blob ${at}`);
  for (let round = 0; round < 25; round += 1) {
    const fresh = texts.map((text) => `${text} of round ${round}`);
    const [ours, theirs] = await Promise.all([
      Promise.all(fresh.map((text) => write(runId, text))),
      Promise.all(fresh.toReversed().map((text) => write(otherId, text))),
    ]);
    expect(new Set(ours).size).toBe(1);
    expect(new Set([...ours, ...theirs]).size).toBe(2);
  }
  const [row] = await t.sql<{ deadlocks: number }>(
    'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
  );
  expect(row).toEqual({ deadlocks: 0 });
});

test('an attempt that was superseded writes nothing beside one that holds', async () => {
  const runId = await started();
  const begin = (item: string) => store.forRunInSql(runId, (tx) => beginStep(tx, runId, 'assess', item, 'task'));
  const [stale, held] = [await begin('a'), await begin('b')];
  await begin('a');
  const finish = (fence: typeof held) =>
    store.forRunInSql(runId, async (tx) => {
      holdFence(tx, fence);
      await write(runId, fence.item)(tx);
      await finishStep(tx, fence, { status: 'done' });
    });
  const [first, second] = await Promise.allSettled([finish(stale), finish(held)]);
  expect(first).toMatchObject({ status: 'rejected', reason: { name: new StaleAttempt().name } });
  expect(second?.status).toBe('fulfilled');
  expect(await streams(runId)).toEqual(['b']);
});

test('one that is aborted ends at once with its reason, writes nothing, and holds nobody up', async () => {
  const runId = await started();
  const stop = new AbortController();
  const slow = store.forRunInSql(
    runId,
    async (tx) => {
      await write(runId, 'slow')(tx);
      stop.abort(new Error('enough'));
    },
    { signal: stop.signal },
  );
  const [one, two] = await Promise.allSettled([slow, store.forRunInSql(runId, write(runId, 'two'))]);
  expect(one).toMatchObject({ reason: { message: 'enough' } });
  expect(two?.status).toBe('fulfilled');
  expect(await streams(runId)).toEqual(['two']);
});
