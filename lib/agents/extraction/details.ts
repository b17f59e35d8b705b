/** For sources that list names in one call, and say the rest of each thing in a call of its own. */
import { UnparsableListing } from '../../domain/errors.ts';
import { readerOf } from '../../domain/readers/index.ts';
import type { RecordKind } from '../../domain/records.ts';
import { type CallTools, type LedgerCall, onlyBlock } from '../tools.ts';
import type { Answered } from './record-sets.ts';

/** The ids of what was listed; none where the listing cannot be read, which the record set says. */
export function listedIds(family: string, kind: RecordKind, { call, answer }: Answered): readonly string[] {
  const found = answer ? onlyBlock(answer) : { problem: '' };
  const read = readerOf(family, call.tool, kind, call.args);
  if ('problem' in found || read === undefined) return [];
  try {
    return read(found.block.text, call.args)
      .filter((record) => record.kind === kind)
      .map(({ id }) => id);
  } catch (error) {
    if (error instanceof UnparsableListing) return [];
    throw error;
  }
}

/** Answers that came. What could not be asked about stays listed, without what its answer would have said. */
export async function detailsOf(call: CallTools, calls: readonly LedgerCall[]): Promise<readonly Answered[]> {
  const answers = await call(calls);
  return calls.flatMap((one, index) => {
    const answer = answers[index];
    return answer?.status === 'ok' ? [{ call: one, answer }] : [];
  });
}
