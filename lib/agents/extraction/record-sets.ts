/** Makes record sets of answers, with the readers that the verifier uses as well. */
import type { CitedRecord, Listing, RecordSet } from '../../checks/check.ts';
import { UnparsableListing } from '../../domain/errors.ts';
import { recordsOn, together } from '../../domain/population.ts';
import { type AnswerBlock, isOfKind, type RecordKind, type SourceRecord, withSource } from '../../domain/records.ts';
import type { LedgerAnswer, LedgerCall } from '../tools.ts';

/** A call and what came of it. */
export interface Answered {
  readonly call: LedgerCall;
  readonly answer: LedgerAnswer | undefined;
}

export interface SetOf<K extends RecordKind> {
  readonly kind: K;
  readonly family: string;
  readonly asOf: string;
  /** Why there may be more than was listed, apart from answers that cannot be read; null when there is not. */
  readonly note: string | null;
  /** Why an empty list shows nothing, for sources that answer so too where nothing was ever looked for. */
  readonly empty?: string;
}

/**
 * The records of all answers that can be read; one that cannot be leaves the listing incomplete. `problem` instead of a set
 * where none can be read: then nothing of the kind was seen.
 */
export function recordSet<K extends RecordKind>(
  { kind, family, asOf, note, empty }: SetOf<K>,
  answers: readonly Answered[],
): RecordSet<K> | { readonly problem: string } {
  const problems: string[] = note === null ? [] : [note];
  const seen = answers.flatMap((answered) => {
    const read = readAnswer<K>(answered, { family, kind });
    if ('problem' in read) problems.push(read.problem);
    return 'problem' in read ? [] : [read];
  });
  if (seen.length === 0) return { problem: problems.join('; ') || 'it was not asked' };
  if (empty !== undefined && seen.every(({ records }) => records.length === 0)) return { problem: empty };
  const listing: Listing = {
    toolCallIds: seen.map(({ toolCallId }) => toolCallId),
    blobSha256s: [...new Set(seen.flatMap(({ blobSha256s }) => blobSha256s))],
    complete: problems.length === 0,
    note: problems.length === 0 ? null : problems.join('; '),
  };
  return {
    kind,
    family,
    records: together(
      seen.flatMap(({ records }) => records),
      { family, kind },
    ),
    listing,
    asOf,
  };
}

interface Read<K extends RecordKind> {
  readonly toolCallId: string;
  readonly blobSha256s: readonly string[];
  readonly records: readonly CitedRecord<K>[];
}

/** All blocks or none: whoever counts again counts over the whole answer. */
function readAnswer<K extends RecordKind>(
  { call, answer }: Answered,
  of: { readonly family: string; readonly kind: K },
): Read<K> | { readonly problem: string } {
  if (answer === undefined || answer.status !== 'ok') return { problem: `${call.tool}: ${answer?.reason ?? 'it was not asked'}` };
  const { toolCallId, blocks } = answer;
  if (blocks.length === 0) return { problem: `${call.tool} answered with nothing` };
  try {
    const records = blocks.flatMap(({ sha256, text, truncated }, index) =>
      recordsOn({ ...call, index, bytes: Buffer.from(text), truncated }, of).flatMap((record) =>
        isOfKind(record, of.kind) ? [citedIn({ toolCallId, blobSha256: sha256, text }, record)] : [],
      ),
    );
    return { toolCallId, blobSha256s: blocks.map(({ sha256 }) => sha256), records };
  } catch (error) {
    if (error instanceof UnparsableListing) return { problem: error.message };
    throw error;
  }
}

/** Each fact keeps where it stands: the record may be put together with what another answer says of it. */
const citedIn = <K extends RecordKind>(source: AnswerBlock, record: SourceRecord<K>): CitedRecord<K> => ({
  ...record,
  facts: withSource(record, source),
  ...source,
});
