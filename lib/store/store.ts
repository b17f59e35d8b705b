/** The doors to the database. There is no other client to import (evidence.md, isolation). */
import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../../prisma/generated/client.ts';
import type { Principal } from '../contract/principal.ts';
import { timeLimit } from '../runtime/time-limit.ts';
import { failureOf, transient } from './failure.ts';
import { type Call, CallPool } from './pool.ts';
import { openShared, type SharingOptions, type Ways } from './shared.ts';
import { type DueRun, dueRuns, type RunOwner, runOwner } from './sys.ts';
import { type Db, type SqlTx, type Tx, withTx } from './tx.ts';

export type { SqlTx, Tx } from './tx.ts';

export interface StoreOptions {
  readonly url: string;
  /** Instead of the URL's: called for each connection, for tokens that expire (RDS IAM: 15 min). */
  readonly password?: () => Promise<string>;
  readonly poolMax: number;
  /** The URL is PostgreSQL's own, not a proxy's. */
  readonly direct?: boolean;
  readonly statementTimeoutMs: number;
  /** For a free place in the pool and the connection together. Default 5 s. */
  readonly connectTimeoutMs?: number;
}

export interface DoorOptions {
  /** Cuts the transaction off and throws its reason. Nothing is written, unless the cut falls on the commit itself. */
  readonly signal?: AbortSignal | undefined;
}

export interface Store {
  /** As that person. Throws TransientFailure, UniqueViolation, NotPermitted, Immutable, and what `work` throws. */
  forUser<T>(principal: Principal, work: (tx: Tx) => Promise<T>, options?: DoorOptions): Promise<T>;
  /** The same for work that asks no model: without Prisma's own transaction around it, which costs as much as a statement. */
  forUserInSql<T>(principal: Principal, work: (tx: SqlTx) => Promise<T>, options?: DoorOptions): Promise<T>;
  /** As the run itself: its rows, its project's blobs, whatever became of who started it. Throws as forUser. */
  forRun<T>(runId: string, work: (tx: Tx) => Promise<T>, options?: DoorOptions): Promise<T>;
  /** The same for work that asks no model. */
  forRunInSql<T>(runId: string, work: (tx: SqlTx) => Promise<T>, options?: SharingOptions): Promise<T>;
  /** Ids and owners only, for sweep and execution-ended. */
  readonly sys: {
    /** At most 500, oldest first. `startGraceMs` (default 2 min) is how long a start may take. */
    dueRuns(now: Date, options?: DoorOptions & { startGraceMs?: number }): Promise<DueRun[]>;
    runOwner(runId: string, options?: DoorOptions): Promise<RunOwner | null>;
    /** Asked at every push, so in one statement. Throws TransientFailure. */
    maySeeRun(userId: string, runId: string, options?: DoorOptions): Promise<boolean>;
  };
  ping(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface Identity {
  readonly userId: string;
  readonly runId: string;
}
/** Opens a transaction on the call's connection, and ends it by what became of the work. */
type Begun = <T>(call: Call, work: (client: Db | null, connection: pg.ClientBase) => Promise<T>) => Promise<T>;

type Works<T> = readonly ((tx: Tx) => Promise<T>)[];

const nobody: Identity = { userId: '', runId: '' };

/** Tries of one call, the first included, and the pause before the second: 4 tries wait 25 + 50 + 100 ms, jittered. */
const maxTries = 4;
const firstPauseMs = 25;
/** A door may hold this many statements at their limit; nothing holds a connection longer. */
const statementsPerCall = 4;

export function openStore(options: StoreOptions): Store {
  const { url, password, poolMax, direct = false, statementTimeoutMs, connectTimeoutMs = 5000 } = options;
  const pool = new CallPool({ url, password, max: poolMax, direct, connectTimeoutMs });
  const callMs = connectTimeoutMs + statementsPerCall * statementTimeoutMs;
  // Prisma's own limits lie behind ours: ours also cut the connection, theirs would wait for it.
  const transactionOptions = { maxWait: connectTimeoutMs + 2000, timeout: callMs + 2000 };
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool), errorFormat: 'minimal', transactionOptions });

  const callFor = (signal: AbortSignal, identity: Identity): Call => ({
    ...{ signal, opening: opening(identity, statementTimeoutMs), begun: null, connection: null, socket: null },
    ...{ firstError: undefined, connectFailed: false, wrote: false },
  });

  const byPrisma: Begun = (call, work) =>
    prisma.$transaction((client) => {
      if (call.connection === null) throw new Error('the transaction has no connection');
      return work(client, call.connection);
    });
  const bare: Begun = (_call, work) => pool.transaction((connection) => work(null, connection));

  /** One transaction. `committing` when the connection broke after all work was done: only the server knows what it did then. */
  async function once<T>(call: Call, begun: Begun, works: Works<T>) {
    const reached: { commit: { readonly value: readonly T[]; readonly transaction: string | null } | null } = { commit: null };
    try {
      const value = await pool.serve(call, () =>
        begun(call, async (client, connection) => {
          const done = await settled(works.map((work) => withTx(client, connection, work)));
          await call.begun;
          const known = done.find(({ transaction }) => transaction !== null)?.transaction;
          // One that only read loses nothing with its COMMIT.
          const transaction = known ?? (call.wrote ? await assignedId(connection) : null);
          const value = done.map((one) => one.value);
          reached.commit = { value, transaction };
          return value;
        }),
      );
      return { ok: true, value } as const;
    } catch (error) {
      const failure = failureOf(error, call);
      return { ok: false, error, failure, committing: failure.kind === 'lost' ? reached.commit : null } as const;
    }
  }

  const through = async <T>(identity: Identity, work: (tx: Tx) => Promise<T>, options: DoorOptions, begun = byPrisma) => {
    const [value] = await throughOne(identity, [work], options, begun);
    return value as T;
  };

  /** One transaction for all of them. */
  async function throughOne<T>(
    identity: Identity,
    works: Works<T>,
    { signal }: DoorOptions,
    begun: Begun,
  ): Promise<readonly T[]> {
    signal?.throwIfAborted();
    const limit = timeLimit(callMs, [signal]);
    try {
      for (let tries = 1; ; tries += 1) {
        const call = callFor(limit.signal, identity);
        const attempt = await once(call, begun, works);
        if (attempt.ok) return attempt.value;
        const { error, failure, committing } = attempt;
        if (failure.kind === 'fatal') throw failure.error;
        signal?.throwIfAborted();
        if (committing?.transaction != null && (await committed(committing.transaction, limit.signal))) return committing.value;
        if (failure.kind === 'slow' || limit.isOver) throw transient('took too long', error);
        if (tries === maxTries)
          throw transient(failure.kind === 'retry' ? 'kept refusing the transaction' : 'can not be reached', error);
        const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + Math.random() / 2);
        await sleep(pauseMs, undefined, { signal: limit.signal }).catch(() => undefined);
      }
    } finally {
      limit.end();
    }
  }

  /** Asks the server what became of a transaction whose COMMIT got no answer. Throws TransientFailure when it can't be asked in time. */
  async function committed(transaction: string, signal: AbortSignal): Promise<boolean> {
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
      const call = callFor(signal, nobody);
      try {
        const text = 'SELECT pg_xact_status($1::xid8) AS status';
        const row = await pool.serve(call, () => askAlone<{ status: string | null }>(pool, text, [transaction]));
        const status = row?.status;
        if (status === 'committed' || status === 'aborted') return status === 'committed';
      } catch (error) {
        if (signal.aborted) throw transient('did not say whether it committed', error);
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) throw transient('did not say whether it committed', signal.reason);
    }
  }

  async function maySeeRun(userId: string, runId: string, { signal }: DoorOptions): Promise<boolean> {
    const limit = timeLimit(callMs, [signal]);
    const call = callFor(limit.signal, nobody);
    try {
      const text = 'SELECT may_see_run($1::uuid, $2::uuid) AS may';
      const row = await pool.serve(call, () => askAlone<{ may: boolean }>(pool, text, [userId, runId]));
      return row?.may === true;
    } catch (error) {
      signal?.throwIfAborted();
      throw transient('did not say who may see a run', error);
    } finally {
      limit.end();
    }
  }

  const runOf = (runId: string): Identity => ({ userId: '', runId });
  const ways: Ways = {
    alone: (runId, work, options) => through(runOf(runId), work, options, bare),
    together: (runId, works, mayCommit) => {
      const begun: Begun = (call, all) =>
        bare(call, async (...given) => {
          const value = await all(...given);
          mayCommit();
          return value;
        });
      return throughOne(runOf(runId), works, {}, begun);
    },
  };

  return {
    forUser: (principal, work, options = {}) => through({ userId: principal.userId, runId: '' }, work, options),
    forUserInSql: (principal, work, options = {}) => through({ userId: principal.userId, runId: '' }, work, options, bare),
    forRun: (runId, work, options = {}) => through(runOf(runId), work, options),
    forRunInSql: direct ? openShared(ways) : (runId, work, options = {}) => ways.alone(runId, work, options),
    sys: {
      dueRuns: (now, { startGraceMs = 120_000, ...options } = {}) =>
        through(nobody, (tx) => dueRuns(tx, now, startGraceMs), options),
      runOwner: (runId, options = {}) => through(nobody, (tx) => runOwner(tx, runId), options),
      maySeeRun: (userId, runId, options = {}) => maySeeRun(userId, runId, options),
    },
    ping: (signal) => through(nobody, async () => undefined, { signal }),
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

/** Waits for all, also where one fails: a transaction ends when nobody uses it any more. Throws the first failure. */
async function settled<T>(works: readonly Promise<T>[]): Promise<T[]> {
  const [first] = works;
  if (works.length === 1 && first !== undefined) return [await first];
  await Promise.allSettled(works);
  return Promise.all(works);
}

/**
 * Everything transaction-local, in one statement that travels with BEGIN: nothing stays on the pooled session. The time zone, because
 * the driver writes times without one and reads them as UTC. The idle limit, because a frozen function must not keep its locks.
 */
function opening({ userId, runId }: Identity, statementTimeoutMs: number): string {
  const settings = {
    'app.user_id': userId,
    'app.run_id': runId,
    TimeZone: 'UTC',
    statement_timeout: `${statementTimeoutMs}`,
    idle_in_transaction_session_timeout: `${statementTimeoutMs}`,
  };
  const set = Object.entries(settings).map(([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`);
  return `SELECT ${set.join(', ')}`;
}

/** Null for a transaction that has written nothing. */
async function assignedId(connection: pg.ClientBase): Promise<string | null> {
  const { rows } = await connection.query<{ id: string | null }>('SELECT pg_current_xact_id_if_assigned()::text AS id');
  return rows[0]?.id ?? null;
}

/** One statement without a transaction, on a connection that is cut like any other. Its first row. */
async function askAlone<R extends pg.QueryResultRow>(pool: CallPool, text: string, values: unknown[]): Promise<R | undefined> {
  const client = await pool.connect();
  try {
    return (await client.query<R>({ text, values })).rows[0];
  } finally {
    client.release();
  }
}
