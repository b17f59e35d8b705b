/** Statements that are sent without waiting for one another, over a connection of each kind. */
import { describe, expect, test } from 'vitest';
import { person, testStore } from '../../test/support/store.ts';
import { UniqueViolation } from './errors.ts';
import { type SqlTx, sql } from './tx.ts';

const t = await testStore();
const kinds = [
  ['to the server itself', t.open({ direct: true, poolMax: 2 })],
  ['through a proxy', t.open({ direct: false, poolMax: 2 })],
] as const;

/** Long enough for the answers of all statements to lie in the socket when the first is looked at. */
const stall = (): void => {
  for (const until = performance.now() + 5; performance.now() < until; );
};
const raise = (tx: SqlTx, state: string) => sql(tx).query<unknown[]>`SELECT raise_for_test(${state})`;

await t.sql(`CREATE FUNCTION raise_for_test(state text) RETURNS int LANGUAGE plpgsql AS $$
  BEGIN RAISE EXCEPTION 'no' USING ERRCODE = state; END $$`);
await t.sql('GRANT EXECUTE ON FUNCTION raise_for_test(text) TO assay_app');

describe.each(kinds)('statements %s', (_how, store) => {
  test('behind one that was refused do not hide why: the transaction is tried again', async () => {
    const { runId } = await t.projectWithRun(person());
    let tries = 0;
    const done = await store.forRunInSql(runId, async (tx) => {
      tries += 1;
      // The chain of the second has fewer links, so that its rejection is the first to arrive.
      const first = (async () => (await (async () => (tries < 3 ? raise(tx, '40001') : []))()).length)();
      const second = sql(tx).query<unknown[]>`SELECT 1`;
      setImmediate(stall);
      await Promise.all([first, second]);
      return tries;
    });
    expect(done).toBe(3);
  });

  test('behind a duplicate do not hide that it was one', async () => {
    const { runId } = await t.projectWithRun(person());
    const twice = store.forRunInSql(runId, async (tx) => {
      const first = (async () => (await (async () => raise(tx, '23505'))()).length)();
      setImmediate(stall);
      await Promise.all([first, sql(tx).query<unknown[]>`SELECT 1`, sql(tx).query<unknown[]>`SELECT 2`]);
    });
    await expect(twice).rejects.toThrow(UniqueViolation);
  });

  test('of a transaction that did not begin count for nothing', async () => {
    await expect(store.forRunInSql('no\0id', (tx) => sql(tx).query`SELECT 1`)).rejects.toThrow();
  });

  test('that failed unnoticed take the whole transaction back, and it is said', async () => {
    const { runId } = await t.projectWithRun(person());
    const unnoticed = store.forRunInSql(runId, async (tx) => void (await raise(tx, '22012').catch(() => undefined)));
    await expect(unnoticed).rejects.toThrow('it was taken back');
  });

  test('go on after a migration has changed what one of them gives', async () => {
    const { runId } = await t.projectWithRun(person());
    await t.sql('CREATE TABLE IF NOT EXISTS "Changing" (value int)');
    await t.sql('GRANT SELECT ON "Changing" TO assay_app');
    const look = () => store.forRunInSql(runId, (tx) => sql(tx).query<unknown[]>`SELECT * FROM "Changing"`);
    await look();
    await t.sql('ALTER TABLE "Changing" ADD COLUMN more text');
    expect(await look()).toEqual([]);
    await t.sql('DROP TABLE "Changing"');
  });
});
