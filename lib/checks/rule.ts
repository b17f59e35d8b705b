/** What no record may be. One that is fails, one that does not say leaves the check open, and only a whole listing speaks for the rest. */
import { type Condition, couldMeet, factsOf, meets, type RecordKind } from '../domain/records.ts';
import type { Citation, CitedRecord, Observation, RecordSet } from './check.ts';
import { fail, notApplicable, pass, unknown } from './observe.ts';
import { absentRecords, citeFacts, countRecords, type FactName, incompleteRecords, recordsWhere } from './records.ts';

/** On facts that the kind has. */
export type ConditionOn<K extends RecordKind> = Condition & { readonly fact: FactName<K> };

export interface Breach<K extends RecordKind> {
  readonly where: readonly ConditionOn<K>[];
  readonly reason: string;
}

export interface Rule<K extends RecordKind> {
  /** Which records it is about: every one where empty. */
  readonly about: readonly ConditionOn<K>[];
  /** Each is enough to break it. */
  readonly breaches: readonly Breach<K>[];
  /** Facts by which a reader knows the record again; cited with it. */
  readonly known: readonly FactName<K>[];
  /** What the whole listing is called as a resource: "the buckets". */
  readonly all: string;
  readonly kept: string;
  /** What follows when the rule is about none of the records listed. */
  readonly none: { readonly result: 'pass' | 'not-applicable' | 'unknown'; readonly reason: string };
}

/** Records whose facts stand behind a pass of the whole listing: enough to show what was looked at. */
const EXAMPLES = 3;

export function judgeRecords<K extends RecordKind>(set: RecordSet<K>, rule: Rule<K>): readonly Observation[] {
  const judged = set.records.flatMap((record) => judgeOne(record, rule));
  if (judged.length > 0) return isOneMatter(judged) ? judged.slice(0, 1).map((one) => ({ ...one, resource: rule.all })) : judged;
  if (!set.listing.complete) return [incompleteRecords(set, rule.all)];
  const subjects = recordsWhere(set, rule.about);
  if (subjects.length === 0) return [withoutSubject(set, rule)];
  const counts = rule.breaches.map(({ where }) => countRecords(set, [...rule.about, ...where]));
  const examples = subjects.slice(0, EXAMPLES).flatMap((record) => cited(record, rule, rule.breaches));
  return [pass(rule.all, rule.kept, [...counts, ...examples])];
}

/** A source that states something of none of its records is one thing to say, not one for each record. */
const isOneMatter = (judged: readonly Observation[]): boolean =>
  judged.length > 1 && judged.every(({ result, reason }) => result === 'unknown' && reason === judged[0]?.reason);

/** Nothing for a record that keeps the rule, or that it is not about. */
function judgeOne<K extends RecordKind>(record: CitedRecord<K>, rule: Rule<K>): readonly Observation[] {
  const { about, breaches } = rule;
  const broken = breaches.filter(({ where }) => meets(record, [...about, ...where]));
  if (broken.length > 0) {
    return [fail(record.resource, broken.map(({ reason }) => reason).join('; '), cited(record, rule, broken))];
  }
  const open = breaches.filter(({ where }) => couldMeet(record, [...about, ...where]));
  if (open.length === 0) return [];
  const stated = factsOf(record);
  const unstated = [...about, ...open.flatMap(({ where }) => where)].map(({ fact }) => fact).filter((fact) => !stated.has(fact));
  return [unknown(record.resource, `The source does not state ${[...new Set(unstated)].join(', ')}`)];
}

function cited<K extends RecordKind>(
  record: CitedRecord<K>,
  { known, about }: Rule<K>,
  breaches: readonly Breach<K>[],
): readonly Citation[] {
  const facts = [...about, ...breaches.flatMap(({ where }) => where)].map(({ fact }) => fact);
  return citeFacts(record, ...known, ...facts);
}

function withoutSubject<K extends RecordKind>(set: RecordSet<K>, { all, about, none }: Rule<K>): Observation {
  switch (none.result) {
    case 'pass':
      return absentRecords(set, about, all, none.reason);
    case 'not-applicable':
      return notApplicable(all, none.reason, [countRecords(set, about)]);
    case 'unknown':
      return unknown(all, none.reason);
  }
}

const DAY_MS = 86_400_000;

/** ISO 8601. */
export const daysBefore = (asOf: string, days: number): string => new Date(Date.parse(asOf) - days * DAY_MS).toISOString();
