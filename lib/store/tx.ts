/** A transaction as callers hold it: opaque, and dead once its door has closed. */
import type pg from 'pg';
import type { Prisma } from '../../prisma/generated/client.ts';

declare const brand: unique symbol;

export interface Tx {
  readonly [brand]: 'Tx';
}

/** For the repositories in this folder, nobody else. */
export type Db = Prisma.TransactionClient;

/** Statements in our own words go to the connection itself: Prisma would take each apart and put it together again. */
export interface Sql {
  /** The rows that come back. */
  query<T extends readonly unknown[]>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<T>;
  /** How many rows it changed. */
  execute(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<number>;
}

const open = new WeakMap<Tx, { readonly client: Db; readonly own: Sql }>();
const ids = new WeakMap<Tx, string>();

/** A statement that learnt the transaction's id in passing says so: it need not be asked for again before the commit. */
export const noteTransaction = (tx: Tx, id: string): void => void ids.set(tx, id);
const knownTransaction = (tx: Tx): string | null => ids.get(tx) ?? null;

const debts = new WeakMap<Tx, Promise<void>[]>();
/** Goes on without waiting: the transaction commits only once it is kept, and fails with its reason where it is not. */
export function owe(tx: Tx, debt: Promise<void>): void {
  debt.catch(() => undefined);
  debts.get(tx)?.push(debt);
}

/** For tables by their models. Throws when the transaction has ended: a repository call that was not awaited inside its door. */
export const db = (tx: Tx): Db => opened(tx).client;
/** For what models can't say, or say slowly. Throws like `db`. */
export const sql = (tx: Tx): Sql => opened(tx).own;

function opened(tx: Tx) {
  const found = open.get(tx);
  if (found === undefined) throw new Error('this transaction has ended: await every call inside its door');
  return found;
}

export interface Worked<T> {
  readonly value: T;
  /** Null where no statement has told. */
  readonly transaction: string | null;
}

/** Throws what is owed and not kept, else what `work` throws. */
export async function withTx<T>(client: Db, connection: pg.ClientBase, work: (tx: Tx) => Promise<T>): Promise<Worked<T>> {
  // The only place where a Tx is made.
  const tx = Object.freeze({}) as Tx;
  const owed: Promise<void>[] = [];
  open.set(tx, { client, own: statementsOn(connection) });
  debts.set(tx, owed);
  try {
    const value = await work(tx);
    await Promise.all(owed);
    return { value, transaction: knownTransaction(tx) };
  } catch (error) {
    await Promise.all(owed);
    throw error;
  } finally {
    open.delete(tx);
  }
}

function statementsOn(connection: pg.ClientBase): Sql {
  const send = (text: TemplateStringsArray, values: readonly unknown[]) =>
    connection.query({ text: text.reduce((whole, part, at) => `${whole}$${at}${part}`), values: [...values] });
  return {
    query: async <T extends readonly unknown[]>(text: TemplateStringsArray, ...values: readonly unknown[]) => {
      const { rows }: { rows: unknown } = await send(text, values);
      return rows as T;
    },
    execute: async (text, ...values) => (await send(text, values)).rowCount ?? 0,
  };
}
