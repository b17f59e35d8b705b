/** A transaction as callers hold it: opaque, and dead once its door has closed. */
import type pg from 'pg';
import type { Prisma } from '../../prisma/generated/client.ts';

declare const brand: unique symbol;
declare const models: unique symbol;

/** For statements in our own words. */
export interface SqlTx {
  readonly [brand]: 'Tx';
}
/** For these, and for Prisma's models. */
export interface Tx extends SqlTx {
  readonly [models]: true;
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

const open = new WeakMap<SqlTx, { readonly client: Db | null; readonly own: Sql; readonly connection: object }>();
const ids = new WeakMap<SqlTx, string>();

/** A statement that learnt the transaction's id in passing says so: it need not be asked for again before the commit. */
export const noteTransaction = (tx: SqlTx, id: string): void => void ids.set(tx, id);
/** A row of a statement that ends in `RETURNING pg_current_xact_id()::text AS xid`. */
export interface Changed {
  readonly xid: string;
}
/** Whether it changed any; what it learnt of the transaction is noted. */
export function hasChanged(tx: SqlTx, [row]: readonly Changed[]): boolean {
  if (row !== undefined) noteTransaction(tx, row.xid);
  return row !== undefined;
}
const knownTransaction = (tx: SqlTx): string | null => ids.get(tx) ?? null;

const debts = new WeakMap<SqlTx, Promise<void>[]>();
/** Goes on without waiting: the transaction commits only once it is kept, and fails with its reason where it is not. */
export function owe(tx: SqlTx, debt: Promise<void>): void {
  debt.catch(() => undefined);
  debts.get(tx)?.push(debt);
}

/** For tables by their models. Throws when the transaction has ended: a repository call that was not awaited inside its door. */
export function db(tx: Tx): Db {
  const { client } = opened(tx);
  if (client === null) throw new TypeError('this door has no models');
  return client;
}
/** For what models can't say, or say slowly. Throws like `db`. */
export const sql = (tx: SqlTx): Sql => opened(tx).own;

/** The same for all who share a transaction. Throws like `db`. */
export const connectionOf = (tx: SqlTx): object => opened(tx).connection;

function opened(tx: SqlTx) {
  const found = open.get(tx);
  if (found === undefined) throw new Error('this transaction has ended: await every call inside its door');
  return found;
}

interface Worked<T> {
  readonly value: T;
  /** Null where no statement has told. */
  readonly transaction: string | null;
}

/** `client` null: for work that asks no model. Throws what is owed and not kept, else what `work` throws. */
export async function withTx<T>(client: Db | null, connection: pg.ClientBase, work: (tx: Tx) => Promise<T>): Promise<Worked<T>> {
  // The only place where a Tx is made.
  const tx = Object.freeze({}) as Tx;
  const owed: Promise<void>[] = [];
  open.set(tx, { client, own: statementsOn(connection), connection });
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

/** Put together once for each place in the source that asks. */
const texts = new WeakMap<TemplateStringsArray, string>();

function textOf(template: TemplateStringsArray): string {
  const text = texts.get(template) ?? template.reduce((whole, part, at) => `${whole}$${at}${part}`);
  texts.set(template, text);
  return text;
}

function statementsOn(connection: pg.ClientBase): Sql {
  const send = (template: TemplateStringsArray, values: readonly unknown[]) =>
    connection.query({ text: textOf(template), values: [...values] });
  return {
    query: async <T extends readonly unknown[]>(text: TemplateStringsArray, ...values: readonly unknown[]) => {
      const { rows }: { rows: unknown } = await send(text, values);
      return rows as T;
    },
    execute: async (text, ...values) => (await send(text, values)).rowCount ?? 0,
  };
}
