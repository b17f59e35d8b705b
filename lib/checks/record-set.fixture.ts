/** For tests of record checks: sets made of literals, and the rules every observation must keep. */
import { parsePositioned } from '../domain/positioned-json.ts';
import { type Fact, type Facts, meets, type RecordFacts, type RecordKind } from '../domain/records.ts';
import type { CheckOutcome, Citation, CitedRecord, Observation, RecordCheck, RecordSet } from './check.ts';
import { MAX_EXCERPT_BYTES } from './cite.ts';
import { statementProblems } from './testing.ts';

const toolCallId = '00000000-0000-4000-8000-000000000001';
const blobSha256 = '1'.repeat(64);
export const asOf = '2026-11-25T12:00:00.000Z';
/** ISO 8601, that many days before `asOf`. */
export const daysAgo = (days: number): string => new Date(Date.parse(asOf) - days * 86_400_000).toISOString();

/** Facts by the record's name; what is left out is not stated. */
export type Literals<K extends RecordKind> = Readonly<Record<string, Partial<RecordFacts[K]>>>;

/** One answer that holds these records, each fact a member of its object. */
export function recordSet<K extends RecordKind>(kind: K, records: Literals<K>, { complete = true } = {}): RecordSet<K> {
  const text = JSON.stringify(Object.entries(records).map(([id, facts]) => ({ id, ...facts })));
  const parsed = parsePositioned(text);
  const items = parsed.kind === 'array' ? parsed.items : [];
  const listed = Object.keys(records).map((id, index): CitedRecord<K> => {
    const item = items[index] ?? parsed;
    const members = item.kind === 'object' ? [...item.members] : [];
    const facts = members.flatMap(([name, { value, start, end }]): [string, Fact][] =>
      name === 'id' || value.kind === 'object' || value.kind === 'array' ? [] : [[name, { value: value.value, start, end }]],
    );
    const { start, end } = item;
    return { kind, id, resource: id, facts: Object.fromEntries(facts) as Facts<K>, start, end, toolCallId, blobSha256, text };
  });
  const listing = {
    toolCallIds: [toolCallId],
    blobSha256s: [blobSha256],
    complete,
    note: complete ? null : 'the second page failed',
  };
  return { kind, family: 'fixture', records: listed, listing, asOf };
}

/** Every rule an observation breaks, as sentences. */
function unsound(set: RecordSet, observations: readonly Observation[]): readonly string[] {
  const resources = observations.map(({ resource }) => resource);
  return [
    ...(observations.length === 0 ? ['no observation at all'] : []),
    ...resources.filter((one, at) => resources.indexOf(one) !== at).map((one) => `${one}: more than one observation`),
    ...observations.flatMap((observation) => [
      ...verdictProblems(observation),
      ...observation.citations.flatMap((citation) => citationProblems(set, citation)),
    ]),
  ];
}

function verdictProblems({ resource, result, reason, citations }: Observation): readonly string[] {
  if (result === 'unknown') return [];
  if (citations.length === 0) return [`${resource}: ${result} without a citation`];
  const cited = citations.map((citation) => (citation.kind === 'excerpt' ? citation.quote : citation.statement)).join('\n');
  return (reason.match(/\d+/g) ?? [])
    .filter((number) => !cited.includes(number))
    .map((number) => `${resource}: ${number} is not cited`);
}

function citationProblems(set: RecordSet, citation: Citation): readonly string[] {
  if (citation.kind === 'excerpt') {
    const [{ text } = { text: '' }] = set.records;
    const bytes = Buffer.from(text).subarray(citation.start, citation.end);
    const isQuoted = bytes.equals(Buffer.from(citation.quote)) && bytes.length <= MAX_EXCERPT_BYTES && bytes.length > 0;
    return isQuoted ? [] : [`the bytes ${citation.start}-${citation.end} are not "${citation.quote}"`];
  }
  const { predicate, count } = citation;
  if (predicate.name !== 'records-where') return [`the predicate ${predicate.name} is not about records`];
  const actual = set.records.filter((record) => meets(record, predicate.args.where)).length;
  return [
    ...(actual === count ? [] : [`a count of ${count} where ${actual} match`]),
    ...(set.listing.complete || count > 0 ? [] : ['absence stated of an incomplete listing']),
    ...statementProblems(citation, { files: 0, commits: 0, tags: 0, records: set.records.length }),
  ];
}

/** Evaluates one check over the records of its kind. @throws Error listing the rules that its observations break. */
export async function judged<K extends RecordKind>(
  check: RecordCheck<K>,
  records: Literals<K>,
  options?: { readonly complete: boolean },
): Promise<Readonly<Record<string, CheckOutcome>>> {
  const set = recordSet(check.kind, records, options);
  const observations = await check.evaluate(set);
  const problems = unsound(set as RecordSet, observations);
  if (problems.length > 0) throw new Error(`${check.id}: ${problems.join('; ')}`);
  return Object.fromEntries(observations.map(({ resource, result }) => [resource, result]));
}
