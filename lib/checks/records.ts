/** How a check of records cites: the members that say something of one record, and counts over all that were listed. */
import {
  type AnswerBlock,
  type Condition,
  conditionText,
  type Fact,
  factsOf,
  meets,
  type RecordKind,
} from '../domain/records.ts';
import type { Citation, CitedRecord, Observation, RecordSet } from './check.ts';
import { MAX_EXCERPT_BYTES, population } from './cite.ts';
import { pass, unknown } from './observe.ts';

/** Facts of a kind, by name. */
export type FactName<K extends RecordKind> = Extract<keyof CitedRecord<K>['facts'], string>;

/** Cites the member behind each fact, `"state":"open"`; a fact that the record lacks is cited by nothing. */
export function citeFacts<K extends RecordKind>(record: CitedRecord<K>, ...names: readonly FactName<K>[]): readonly Citation[] {
  const facts = factsOf(record);
  const places = names.flatMap((name) => facts.get(name) ?? []);
  return distinct(places).map(({ start, end, source = record }) => quote(source, start, end));
}

/** Two facts may be readings of one member. */
const distinct = (places: readonly Fact[]): readonly Fact[] => [
  ...new Map(places.map((place) => [`${place.source?.blobSha256 ?? ''} ${place.start}-${place.end}`, place])).values(),
];

function quote({ toolCallId, blobSha256, text }: AnswerBlock, start: number, end: number): Citation {
  const bytes = bytesOf(text);
  let cut = Math.min(end, start + MAX_EXCERPT_BYTES);
  // Not in the middle of a character.
  while (cut < end && ((bytes[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
  return { kind: 'excerpt', toolCallId, blobSha256, start, end: cut, quote: bytes.subarray(start, cut).toString('utf8') };
}

let latest: { readonly text: string; readonly bytes: Buffer } = { text: '', bytes: Buffer.alloc(0) };

/** Many records stand in one answer, which is encoded once as long as they come one after another. */
function bytesOf(text: string): Buffer {
  if (latest.text !== text) latest = { text, bytes: Buffer.from(text) };
  return latest.bytes;
}

/** Those that meet every condition. */
export const recordsWhere = <K extends RecordKind>(set: RecordSet<K>, where: readonly Condition[]): readonly CitedRecord<K>[] =>
  set.records.filter((record) => meets(record, where));

/** Cites how many of the records meet the conditions; `statement` says so in words: "none of 12 dependency-alert records has state open". */
export function countRecords(set: RecordSet, where: readonly Condition[], statement = stated(set, where)): Citation {
  const { family, kind } = set;
  return population({ name: 'records-where', args: { family, kind, where } }, recordsWhere(set, where).length, statement);
}

function stated(set: RecordSet, where: readonly Condition[]): string {
  const count = recordsWhere(set, where).length;
  const all = `${count === 0 ? 'none' : count} of ${set.records.length} ${set.kind} records`;
  return where.length === 0 ? `${set.records.length} ${set.kind} records` : `${all}: ${where.map(conditionText).join(' and ')}`;
}

/** That no record meets the conditions speaks for the source; unless the listing is incomplete, when nobody can tell. */
export function absentRecords(set: RecordSet, where: readonly Condition[], resource: string, reason: string): Observation {
  return set.listing.complete ? pass(resource, reason, [countRecords(set, where)]) : incompleteRecords(set, resource);
}

export const incompleteRecords = ({ listing }: RecordSet, resource: string): Observation =>
  unknown(resource, `The listing is incomplete: ${listing.note ?? 'no reason given'}`);
