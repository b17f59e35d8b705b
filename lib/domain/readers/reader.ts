/** How an answer's JSON becomes records: each fact is the member that says it, so that a check cites just those bytes. */
import { UnparsableListing } from '../errors.ts';
import { type JsonMember, type JsonValue, type Place, parsePositioned } from '../positioned-json.ts';
import type { Fact, Facts, FactValue, RecordKind, SourceRecord } from '../records.ts';

/**
 * Reads what one call returned. Pure and strict: an answer of another shape is no listing at all.
 * @throws UnparsableListing
 */
export type RecordReader = (text: string, args: Args) => readonly SourceRecord[];

/** Of a call. */
export type Args = Readonly<Record<string, unknown>>;

/** The kinds that a tool lists and how: nothing may be counted of a kind that the tool, asked like that, does not list. */
export interface ToolReader {
  readonly kinds: readonly RecordKind[] | ((args: Args) => readonly RecordKind[]);
  readonly read: RecordReader;
}

/** What follows for records of one kind from all that was listed of them. Pure; facts that it adds are those of another record, read anew. */
export type RecordJoin = <R extends SourceRecord>(records: readonly R[]) => readonly R[];

/** The value at a path of keys; undefined where any step is missing or no object. */
export function memberAt(value: JsonValue, ...path: readonly string[]): JsonMember | undefined {
  let current: JsonValue = value;
  let found: JsonMember | undefined;
  for (const key of path) {
    found = current.kind === 'object' ? current.members.get(key) : undefined;
    if (found === undefined) return undefined;
    current = found.value;
  }
  return found;
}

/** The list that an answer is, or that it holds at a path. @throws UnparsableListing where there is none */
export function listIn(text: string, ...path: readonly string[]): readonly JsonValue[] {
  const whole = parsePositioned(text);
  const value = path.length === 0 ? whole : memberAt(whole, ...path)?.value;
  if (value?.kind !== 'array') throw new UnparsableListing(`It holds no list${path.length === 0 ? '' : ` ${path.join('.')}`}`);
  return value.items;
}

const scalar = (value: JsonValue | undefined): FactValue | undefined =>
  value === undefined || value.kind === 'object' || value.kind === 'array' ? undefined : value.value;

/** A fact is missing where its member is missing or of another type: never guessed. */
function factAt<V extends FactValue>(
  item: JsonValue,
  path: readonly string[],
  take: (value: FactValue) => V | undefined,
): Fact<V> | undefined {
  const member = memberAt(item, ...path);
  const given = scalar(member?.value);
  const value = given === undefined ? undefined : take(given);
  return member === undefined || value === undefined ? undefined : { value, start: member.start, end: member.end };
}

export const textFact = (item: JsonValue, ...path: readonly string[]): Fact<string> | undefined =>
  factAt(item, path, (value) => (typeof value === 'string' ? value : undefined));

export const flagFact = (item: JsonValue, ...path: readonly string[]): Fact<boolean> | undefined =>
  factAt(item, path, (value) => (typeof value === 'boolean' ? value : undefined));

export const numberFact = (item: JsonValue, ...path: readonly string[]): Fact<number> | undefined =>
  factAt(item, path, (value) => (typeof value === 'number' ? value : undefined));

/** A moment: missing where it is no time that can be compared. */
export const timeFact = (item: JsonValue, ...path: readonly string[]): Fact<string> | undefined =>
  factAt(item, path, (value) => (typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined));

/** The same for a moment that may be said to have never been. */
export const timeOrNullFact = (item: JsonValue, ...path: readonly string[]): Fact<string | null> | undefined =>
  factAt(item, path, (value) =>
    value === null || (typeof value === 'string' && !Number.isNaN(Date.parse(value))) ? value : undefined,
  );

/** A server's word in ours; missing where the table does not know it. Case is ignored. */
export const wordFact = <V extends FactValue>(
  table: Readonly<Record<string, V>>,
  item: JsonValue,
  ...path: readonly string[]
): Fact<V> | undefined =>
  factAt(item, path, (value) => (typeof value === 'string' ? known(table, value.toLowerCase()) : undefined));

/** Another reading of the same bytes: `"visibility":"private"` says that it is private. */
export function derivedFact<F extends FactValue, V extends FactValue>(
  fact: Fact<F> | undefined,
  derive: (value: F) => V | undefined,
): Fact<V> | undefined {
  const value = fact === undefined ? undefined : derive(fact.value);
  return fact === undefined || value === undefined ? undefined : { value, start: fact.start, end: fact.end };
}

const known = <V>(table: Readonly<Record<string, V>>, word: string): V | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined;

/** Facts that were found and those that were not: `undefined` is left out. */
type Found<K extends RecordKind> = { readonly [F in keyof Facts<K>]: Facts<K>[F] | undefined };

/** @throws UnparsableListing where the record cannot be told from others */
export function record<K extends RecordKind>(
  kind: K,
  { start, end }: Place,
  { id, resource }: Pick<SourceRecord, 'id' | 'resource'>,
  facts: Found<K>,
): SourceRecord<K> {
  if (id === '') throw new UnparsableListing(`It has a ${kind} without an id`);
  return { kind, id, resource, facts: stated(facts), start, end };
}

/** Object.entries forgets the keys' types; nothing is added or renamed here. */
const stated = <K extends RecordKind>(facts: Found<K>): Facts<K> =>
  Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)) as Facts<K>;
