/** A transaction as callers hold it: opaque, and dead once its door has closed. */
import type { Prisma } from '../../prisma/generated/client.ts';

declare const brand: unique symbol;

export interface Tx {
  readonly [brand]: 'Tx';
}

/** For the repositories in this folder, nobody else. */
export type Db = Prisma.TransactionClient;

const open = new WeakMap<Tx, Db>();
const ids = new WeakMap<Tx, string>();

/** A statement that learnt the transaction's id in passing says so: it need not be asked for again before the commit. */
export const noteTransaction = (tx: Tx, id: string): void => void ids.set(tx, id);
export const knownTransaction = (tx: Tx): string | null => ids.get(tx) ?? null;

/** Throws when the transaction has ended: a repository call that was not awaited inside its door. */
export function db(tx: Tx): Db {
  const client = open.get(tx);
  if (client === undefined) throw new Error('this transaction has ended: await every call inside its door');
  return client;
}

export async function withTx<T>(client: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  // The only place where a Tx is made.
  const tx = Object.freeze({}) as Tx;
  open.set(tx, client);
  try {
    return await work(tx);
  } finally {
    open.delete(tx);
  }
}
