/** Work of one run that is asked for in the same turn of the event loop goes through one transaction: steps side by side write at the same time. */
import pg from 'pg';
import { TransientFailure } from './errors.ts';
import type { SqlTx } from './tx.ts';

type Work = (tx: SqlTx) => Promise<unknown>;

export interface SharingOptions {
  readonly signal?: AbortSignal | undefined;
  /** For work that waits for other writers in an order of its own, as the beginning of a stage does: beside other work it could wait for one that waits for it. */
  readonly alone?: boolean;
  /** Such work shares with none but others of the same name: all that wait for other writers do so in one order, that of what they write. */
  readonly among?: 'blobs';
}

export interface Ways {
  /** A transaction of its own. */
  alone<T>(runId: string, work: (tx: SqlTx) => Promise<T>, options: SharingOptions): Promise<T>;
  /** All of them in one, or none. `mayCommit` is asked last, and throws. */
  together(runId: string, works: readonly Work[], mayCommit: () => void): Promise<readonly unknown[]>;
}

interface Waiting {
  readonly work: Work;
  readonly options: SharingOptions;
  /** Somebody still waits for it. */
  isWanted(): boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** In one transaction: it holds a connection until the slowest of them is done. */
const MOST = 8;

/**
 * What one of them throws is its own: then each goes alone, as if it had never been with others, so that work may be done twice.
 * Whoever is aborted waits no longer; nothing of it is written, unless the transaction was committing already.
 */
export function openShared({ alone, together }: Ways): Ways['alone'] {
  /** By run and name. */
  const gathering = new Map<string, Waiting[]>();

  async function pass(runId: string, all: readonly Waiting[]): Promise<void> {
    const wanted = all.filter((one) => one.isWanted());
    const mayCommit = (): void => {
      if (!wanted.every((one) => one.isWanted())) throw new Error('one of them was aborted');
    };
    if (wanted.length > 1) {
      try {
        const works = wanted.map(({ work }) => work);
        const values = await together(runId, works, mayCommit);
        for (const [at, one] of wanted.entries()) one.resolve(values[at]);
        return;
      } catch (error) {
        // Nothing was written. A database that nobody reaches is everybody's; what a statement was told is one's own.
        if (error instanceof TransientFailure && !(error.cause instanceof pg.DatabaseError)) {
          for (const one of wanted) one.reject(error);
          return;
        }
      }
    }
    for (const one of wanted) if (one.isWanted()) alone(runId, one.work, one.options).then(one.resolve, one.reject);
  }

  return <T>(runId: string, work: (tx: SqlTx) => Promise<T>, options: SharingOptions = {}): Promise<T> => {
    if (options.alone === true) return alone(runId, work, options);
    return new Promise<T>((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      let isWanted = true;
      const end = (): void => {
        isWanted = false;
        signal?.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        end();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort);
      const one: Waiting = {
        work,
        options,
        isWanted: () => isWanted,
        resolve(value) {
          end();
          resolve(value as T);
        },
        reject(error) {
          end();
          reject(error);
        },
      };
      const among = `${runId} ${options.among ?? ''}`;
      const others = gathering.get(among);
      if (others !== undefined && others.length < MOST) return void others.push(one);
      const group = [one];
      gathering.set(among, group);
      setImmediate(() => {
        if (gathering.get(among) === group) gathering.delete(among);
        void pass(runId, group);
      });
    });
  };
}
