import { insertModelCalls, type NewModelCall } from '../store/model-calls.ts';
import type { Fence } from '../store/steps.ts';
import type { DoorOptions, SqlTx, Store } from '../store/store.ts';

/** What a step was answered by its model goes into the ledger together with what it writes next: no transaction of its own. */
export interface ModelLedger {
  /** As the run itself, in one transaction. */
  write<T>(work: (tx: SqlTx) => Promise<T>, options?: DoorOptions): Promise<T>;
  /** Written by the next `write`, which is at the step's end at the latest. */
  asked(call: NewModelCall): void;
}

export function openModelLedger(store: Store, fence: Fence): ModelLedger {
  const unwritten: NewModelCall[] = [];
  return {
    asked: (call) => void unwritten.push(call),
    async write(work, options) {
      const calls = [...unwritten];
      const result = await store.forRunInSql(
        fence.runId,
        async (tx) => {
          const [written] = await Promise.all([work(tx), insertModelCalls(tx, fence, calls)]);
          return written;
        },
        options,
      );
      // Others may have been asked, or written, while this transaction ran.
      for (const call of calls) if (unwritten.includes(call)) unwritten.splice(unwritten.indexOf(call), 1);
      return result;
    },
  };
}
