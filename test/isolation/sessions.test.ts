import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../lib/store/store.ts';
import { db, type SqlTx, sql } from '../../lib/store/tx.ts';
import { person, testStore } from '../support/store.ts';

const t = await testStore();
/** One connection: every call gets the session that another has just left. With prepared statements on it, and without. */
const open = (direct: boolean): Store => t.open({ poolMax: 1, connectTimeoutMs: 60_000, direct });
const kinds = [
  ['to the server itself', open(true)],
  ['through a proxy', open(false)],
] as const;

const people = await Promise.all(
  Array.from({ length: 3 }, async () => {
    const who = person();
    await t.sql('INSERT INTO "User" (id) VALUES ($1)', [who.userId]);
    return { who, ...(await t.projectWithRun(who)) };
  }),
);

interface Seen {
  readonly user: string | null;
  readonly run: string | null;
  readonly projects: readonly string[];
}

async function look(tx: SqlTx): Promise<Seen> {
  const [settings] = await sql(tx).query<{ user: string | null; run: string | null }[]>`
    SELECT nullif(current_setting('app.user_id', true), '') AS "user", nullif(current_setting('app.run_id', true), '') AS run`;
  const projects = await sql(tx).query<{ id: string }[]>`SELECT id FROM "Project"`;
  return { user: settings?.user ?? null, run: settings?.run ?? null, projects: projects.map(({ id }) => id) };
}

/** What one call does before it looks, and how it ends. */
const step = fc.record({
  person: fc.nat({ max: people.length - 1 }),
  door: fc.constantFrom('user', 'user-sql', 'run', 'run-sql', 'sys', 'may-see', 'stranger'),
  ending: fc.constantFrom('commit', 'throw', 'sql-error', 'forge', 'abort', 'killed'),
});

type Passage = { readonly person: number; readonly door: string; readonly ending: string };

async function passThrough(store: Store, { person: index, door, ending }: Passage): Promise<void> {
  const one = people[index];
  if (one === undefined) throw new Error('no such person');
  const [stranger, stop] = [person(), new AbortController()];
  const expected: Record<string, Seen> = {
    user: { user: one.who.userId, run: null, projects: [one.projectId] },
    'user-sql': { user: one.who.userId, run: null, projects: [one.projectId] },
    run: { user: null, run: one.runId, projects: [one.projectId] },
    'run-sql': { user: null, run: one.runId, projects: [one.projectId] },
    stranger: { user: stranger.userId, run: null, projects: [] },
  };
  let tries = 0;
  let seen: Seen | null = null;
  const work = async (tx: SqlTx) => {
    tries += 1;
    seen = await look(tx);
    if (ending === 'throw') throw new Error('the caller’s own');
    if (ending === 'sql-error') await sql(tx).query`SELECT 1 / 0`;
    // What a repository must never do; the next call must not feel it.
    if (ending === 'forge')
      await sql(tx)
        .query`SELECT set_config('app.user_id', ${randomUUID()}, true), set_config('app.run_id', ${randomUUID()}, true)`;
    if (ending === 'abort') {
      stop.abort(new Error('left'));
      await sql(tx).query`SELECT pg_sleep(5)::text`;
    }
    if (ending === 'killed' && tries === 1) await sql(tx).query`SELECT pg_terminate_backend(pg_backend_pid())`;
  };
  if (door === 'sys') expect((await store.sys.runOwner(one.runId))?.startedBy).toBe(one.who.userId);
  if (door === 'may-see') expect(await store.sys.maySeeRun(stranger.userId, one.runId)).toBe(false);
  const options = { signal: stop.signal };
  const doors: Record<string, () => Promise<void>> = {
    user: () => store.forUser(one.who, work, options),
    'user-sql': () => store.forUserInSql(one.who, work, options),
    run: () => store.forRun(one.runId, work, options),
    'run-sql': () => store.forRunInSql(one.runId, work, options),
    stranger: () => store.forUser(stranger, work, options),
  };
  await doors[door]?.().catch(() => undefined);
  if (door in expected) expect(seen).toEqual(expected[door]);
}

describe.each(kinds)('a pooled session %s', (_how, store) => {
  test('shows each call its own rows and nothing of the call before, in any order and however calls end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), fc.boolean(), async (steps, together) => {
        if (together) await Promise.all(steps.map((one) => passThrough(store, one)));
        else for (const one of steps) await passThrough(store, one);
      }),
      { numRuns: 25 },
    );
  });

  test('keeps no identity, limit or time zone once its transaction is over', async () => {
    await store.forUser(people[0]?.who ?? person(), look);
    const left = await store.forUser(person(), async (tx) => {
      // Behind the door's back: what the session itself has, outside its transaction-local values.
      await db(tx).$executeRawUnsafe('COMMIT');
      return sql(tx)
        .query`SELECT current_setting('app.user_id', true) AS "user", current_setting('app.run_id', true) AS run, current_setting('statement_timeout') AS timeout`;
    });
    expect(left).toEqual([{ user: '', run: '', timeout: '0' }]);
  });
});
