import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { openFaultProxy } from '../../test/support/fault-proxy.ts';
import { person, testStore } from '../../test/support/store.ts';
import { NotPermitted, TransientFailure, UniqueViolation } from './errors.ts';
import { getRun, insertRun, listRuns } from './runs.ts';
import { db, sql, type Tx } from './tx.ts';

const t = await testStore();
const addUser = (tx: Tx, id: string) => sql(tx).execute`INSERT INTO "User" (id) VALUES (${id}::uuid)`;
const usersStored = async (id: string) => (await t.sql(`SELECT 1 FROM "User" WHERE id = $1`, [id])).length;

describe('a door', () => {
  test('commits what its work wrote, and nothing when its work throws', async () => {
    const [ann, bob] = [person(), person()];
    await t.store.forUser(ann, (tx) => addUser(tx, ann.userId));
    const boom = new Error('the caller changed its mind');
    const failing = t.store.forUser(bob, async (tx) => {
      await addUser(tx, bob.userId);
      throw boom;
    });
    await expect(failing).rejects.toBe(boom);
    expect([await usersStored(ann.userId), await usersStored(bob.userId)]).toEqual([1, 0]);
  });

  test('refuses a transaction that was carried out of it', async () => {
    let kept: Tx | undefined;
    await t.store.forUser(person(), async (tx) => {
      kept = tx;
    });
    expect(() => kept && db(kept)).toThrow('this transaction has ended');
  });

  test.each(['40001', '40P01', '55P03'])('retries a transaction refused with %s', async (state) => {
    const ann = person();
    let tries = 0;
    await t.store.forUser(ann, async (tx) => {
      tries += 1;
      await addUser(tx, ann.userId);
      if (tries < 3) await db(tx).$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${state}'; END $$`);
    });
    expect([tries, await usersStored(ann.userId)]).toEqual([3, 1]);
  });

  test('gives up on one that is always refused', async () => {
    let tries = 0;
    const hopeless = t.store.forUser(person(), async (tx) => {
      tries += 1;
      await db(tx).$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$`);
    });
    await expect(hopeless).rejects.toThrow(TransientFailure);
    expect(tries).toBe(4);
  });

  test('names a duplicate, and a write that is not the person’s', async () => {
    const ann = person();
    await t.store.forUser(ann, (tx) => addUser(tx, ann.userId));
    const again = await t.store.forUser(ann, (tx) => addUser(tx, ann.userId)).catch((error: unknown) => error);
    expect(again).toBeInstanceOf(UniqueViolation);
    expect(again).toMatchObject({ constraint: 'User_pkey', name: 'UniqueViolation' });
    await expect(t.store.forUser(ann, (tx) => addUser(tx, randomUUID()))).rejects.toThrow(NotPermitted);
  });

  test('keeps times as they are whatever the server’s time zone', async () => {
    const ann = person();
    const { projectId } = await t.projectWithRun(ann);
    await t.sql(`ALTER ROLE assay_app IN DATABASE ${new URL(t.database.appUrl).pathname.slice(1)} SET timezone = 'Asia/Kolkata'`);
    const store = t.open();
    const before = Date.now();
    const id = randomUUID();
    const run = {
      id,
      projectId,
      startedBy: ann.userId,
      frameworkId: 'f',
      mode: 'checks' as const,
      connectionIds: [],
      approvals: false,
    };
    await store.forUser(ann, (tx) => insertRun(tx, run));
    const row = await store.forUser(ann, (tx) => getRun(tx, id));
    expect(Math.abs((row?.createdAt.getTime() ?? 0) - before)).toBeLessThan(10_000);
  });
});

describe('a door is bounded', () => {
  test('by the caller’s signal, at once and with its reason', async () => {
    const stop = new AbortController();
    const started = performance.now();
    const slow = t.store.forUser(person(), (tx) => sql(tx).query`SELECT pg_sleep(8)::text`, { signal: stop.signal });
    const reason = new Error('the caller left');
    setTimeout(() => stop.abort(reason), 100);
    await expect(slow).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('by its statement limit', async () => {
    const store = t.open({ statementTimeoutMs: 100 });
    await expect(store.forUser(person(), (tx) => sql(tx).query`SELECT pg_sleep(8)::text`)).rejects.toThrow(TransientFailure);
  });

  test('when the network swallows everything', async () => {
    const proxy = await openFaultProxy(t.database.appUrl);
    const store = t.open({ url: proxy.through(t.database.appUrl), statementTimeoutMs: 100, connectTimeoutMs: 200 });
    await store.ping();
    proxy.set({ halfOpen: true });
    const started = performance.now();
    await expect(store.forUser(person(), (tx) => addUser(tx, randomUUID()))).rejects.toThrow(TransientFailure);
    expect(performance.now() - started).toBeLessThan(3000);
    await proxy.close();
  });

  test('when every place in the pool is taken', async () => {
    const store = t.open({ poolMax: 1, connectTimeoutMs: 100 });
    const held = Promise.withResolvers<void>();
    const holding = store.forUser(person(), (tx) => {
      held.resolve();
      return sql(tx).query`SELECT pg_sleep(1.5)::text`;
    });
    await held.promise;
    await expect(store.ping()).rejects.toThrow(TransientFailure);
    await holding;
  });

  test('and says quickly that there is no server', async () => {
    const proxy = await openFaultProxy(t.database.appUrl);
    const store = t.open({ url: proxy.through(t.database.appUrl) });
    await store.ping();
    await proxy.down();
    const started = performance.now();
    await expect(store.ping()).rejects.toThrow(TransientFailure);
    expect(performance.now() - started).toBeLessThan(1500);
    await proxy.up();
    await expect(store.ping()).resolves.toBeUndefined();
    await proxy.close();
  });
});

describe('a connection that breaks', () => {
  test('in the middle: the work is done again, once', async () => {
    const ann = person();
    let tries = 0;
    await t.store.forUser(ann, async (tx) => {
      tries += 1;
      await addUser(tx, ann.userId);
      if (tries === 1) await sql(tx).query`SELECT pg_terminate_backend(pg_backend_pid())`;
    });
    expect([tries, await usersStored(ann.userId)]).toEqual([2, 1]);
  });

  test.each(['reset', 'pass-and-reset'] as const)('at COMMIT (%s): one row, and the caller is told the truth', async (fault) => {
    const proxy = await openFaultProxy(t.database.appUrl);
    const store = t.open({ url: proxy.through(t.database.appUrl) });
    const ann = person();
    let [tries, commits] = [0, 0];
    proxy.set({
      inspect: (chunk, direction) => {
        if (direction === 'to-client' || !chunk.includes('COMMIT')) return 'pass';
        commits += 1;
        return commits === 1 ? fault : 'pass';
      },
    });
    const answer = await store.forUser(ann, async (tx) => {
      tries += 1;
      await addUser(tx, ann.userId);
      return 'done';
    });
    // Passed on, the first COMMIT stood and must not be repeated; swallowed, it did not and must be.
    expect([answer, tries, await usersStored(ann.userId)]).toEqual(['done', fault === 'reset' ? 2 : 1, 1]);
    await proxy.close();
  });
});

describe('lists', () => {
  test('page through every run once, newest first, whatever is added meanwhile', async () => {
    const ann = person();
    const projectId = await t.project({ [ann.userId]: 'owner' });
    // Three share a time: the id decides.
    const times = [1, 2, 2, 2, 3, 4].map((minute) => new Date(Date.UTC(2026, 0, 1, 0, minute)));
    for (const createdAt of times) await t.run(projectId, ann, { createdAt });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await t.store.forUser(ann, (tx) => listRuns(tx, projectId, { cursor, limit: 2 }));
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      await t.run(projectId, ann);
    } while (cursor !== undefined);
    const expected = await t.sql<{ id: string }>(
      `SELECT id FROM "Run" WHERE "projectId" = $1 AND "createdAt" < '2026-06-01' ORDER BY "createdAt" DESC, id DESC`,
      [projectId],
    );
    expect(seen).toEqual(expected.map(({ id }) => id));
  });
});
