/**
 * Objects that a server listed as JSON (alerts, members, buckets), read into facts. Every fact keeps the bytes that say it, so that
 * a check cites just those; readers are pure and named, so that the verifier reads the same bytes again.
 */
import type { RecordFacts, RecordKind } from './record-kinds.ts';

export type { RecordFacts, RecordKind } from './record-kinds.ts';

/** Every kind's facts are of these types; times are ISO 8601. */
export type FactValue = string | number | boolean | null;

/** `start`/`end` are UTF-8 byte offsets into the blob: of the member (`"state":"open"`) that says it. */
export interface Fact<V extends FactValue = FactValue> {
  readonly value: V;
  readonly start: number;
  readonly end: number;
  /** The answer that says it, where a record was put together of several. */
  readonly source?: AnswerBlock;
}

/** A block of an answer, with the whole of its text. */
export interface AnswerBlock {
  readonly toolCallId: string;
  readonly blobSha256: string;
  readonly text: string;
}

/** A fact that the source does not expose is missing, which is not the same as false or null. */
export type Facts<K extends RecordKind> = { readonly [F in keyof RecordFacts[K]]?: Fact<Extract<RecordFacts[K][F], FactValue>> };

/** One object. `start`/`end` are the whole object's bytes in the blob. */
export interface SourceRecord<K extends RecordKind = RecordKind> {
  readonly kind: K;
  /** Unique among the records of its kind in one source: pages may overlap. */
  readonly id: string;
  /** What a person calls it: `main`, `dependabot alert 7`, a bucket's name. */
  readonly resource: string;
  readonly facts: Facts<K>;
  readonly start: number;
  readonly end: number;
}

/** The same facts, each with the answer that says it: Object.entries forgets the keys' types, and none is added or renamed. */
export const withSource = <K extends RecordKind>(record: SourceRecord<K>, source: AnswerBlock): Facts<K> =>
  Object.fromEntries([...factsOf(record)].map(([name, fact]) => [name, { ...fact, source }])) as Facts<K>;

/** One condition on a fact. A record that lacks the fact meets no condition but `missing`. */
export type Condition =
  | { readonly fact: string; readonly is: 'equal' | 'not-equal'; readonly value: FactValue }
  | { readonly fact: string; readonly is: 'one-of'; readonly values: readonly string[] }
  | { readonly fact: string; readonly is: 'at-least' | 'below'; readonly value: number }
  /** ISO 8601 times, compared as moments. */
  | { readonly fact: string; readonly is: 'before'; readonly value: string }
  | { readonly fact: string; readonly is: 'missing' };

export const isOfKind = <K extends RecordKind>(record: SourceRecord, kind: K): record is SourceRecord<K> => record.kind === kind;

/** By name. */
export const factsOf = (record: SourceRecord): ReadonlyMap<string, Fact> => new Map<string, Fact>(Object.entries(record.facts));

/** True when the record meets every condition. */
export function meets(record: SourceRecord, where: readonly Condition[]): boolean {
  const facts = factsOf(record);
  return where.every((condition) => met(condition, facts.get(condition.fact)));
}

/** True when the record meets every condition, or would if it stated what it does not: only then can it be ruled out by nothing. */
export function couldMeet(record: SourceRecord, where: readonly Condition[]): boolean {
  const facts = factsOf(record);
  return where.every((condition) => {
    const fact = facts.get(condition.fact);
    return fact === undefined || met(condition, fact);
  });
}

function met(condition: Condition, fact: Fact | undefined): boolean {
  const value = fact?.value;
  switch (condition.is) {
    case 'missing':
      return fact === undefined;
    case 'equal':
      return fact !== undefined && value === condition.value;
    case 'not-equal':
      return fact !== undefined && value !== condition.value;
    case 'one-of':
      return typeof value === 'string' && condition.values.includes(value);
    case 'at-least':
      return typeof value === 'number' && value >= condition.value;
    case 'below':
      return typeof value === 'number' && value < condition.value;
    case 'before':
      // An unreadable time is NaN, and no comparison with it holds.
      return typeof value === 'string' && Date.parse(value) < Date.parse(condition.value);
  }
}

/** "state open", "severity one of critical, high", "hasMfa not stated". */
export function conditionText(condition: Condition): string {
  const { fact } = condition;
  switch (condition.is) {
    case 'missing':
      return `${fact} not stated`;
    case 'equal':
      return `${fact} ${condition.value ?? 'never'}`;
    case 'not-equal':
      return `${fact} not ${condition.value ?? 'never'}`;
    case 'one-of':
      return `${fact} one of ${condition.values.join(', ')}`;
    case 'at-least':
      return `${fact} at least ${condition.value}`;
    case 'below':
      return `${fact} below ${condition.value}`;
    case 'before':
      return `${fact} before ${condition.value}`;
  }
}
