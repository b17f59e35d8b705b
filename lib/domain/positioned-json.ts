/** Strict JSON in which every value knows its bytes: a quote is cut from the answer itself, never printed again. */
import { UnparsableListing } from './errors.ts';

/** UTF-8 byte offsets into the text. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

export type JsonValue = Place &
  (
    | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonMember> }
    | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null'; readonly value: null }
  );

/** From the key's quotation mark to the end of the value. Of a repeated key the last one counts, as in JSON.parse. */
export interface JsonMember extends Place {
  readonly value: JsonValue;
}

/** Deeper nesting is no listing that a tool prints, and would overflow the stack. */
const MAX_DEPTH = 100;

interface Cursor {
  readonly text: string;
  /** In UTF-16 units. */
  at: number;
  /** How many bytes more than units the text has before `at`: strings alone hold more than ASCII. */
  extra: number;
}

/** @throws UnparsableListing where the text is not one JSON value, or nests deeper than 100 levels. */
export function parsePositioned(text: string): JsonValue {
  const cursor: Cursor = { text, at: 0, extra: 0 };
  space(cursor);
  const value = valueAt(cursor, 0);
  space(cursor);
  return cursor.at === text.length ? value : refuse(cursor);
}

function valueAt(cursor: Cursor, depth: number): JsonValue {
  if (depth > MAX_DEPTH) throw new UnparsableListing(`It nests deeper than ${MAX_DEPTH} levels`);
  const start = byteAt(cursor);
  switch (cursor.text[cursor.at]) {
    case '{': {
      const members = membersAt(cursor, depth + 1);
      return { kind: 'object', members, start, end: byteAt(cursor) };
    }
    case '[': {
      const items = itemsAt(cursor, depth + 1);
      return { kind: 'array', items, start, end: byteAt(cursor) };
    }
    case '"': {
      const value = stringAt(cursor);
      return { kind: 'string', value, start, end: byteAt(cursor) };
    }
    case 't':
      return { kind: 'boolean', value: word(cursor, 'true', true), start, end: byteAt(cursor) };
    case 'f':
      return { kind: 'boolean', value: word(cursor, 'false', false), start, end: byteAt(cursor) };
    case 'n':
      return { kind: 'null', value: word(cursor, 'null', null), start, end: byteAt(cursor) };
    default: {
      const value = numberAt(cursor);
      return { kind: 'number', value, start, end: byteAt(cursor) };
    }
  }
}

function membersAt(cursor: Cursor, depth: number): ReadonlyMap<string, JsonMember> {
  const members = new Map<string, JsonMember>();
  cursor.at += 1;
  space(cursor);
  if (taken(cursor, '}')) return members;
  do {
    space(cursor);
    const start = byteAt(cursor);
    if (cursor.text[cursor.at] !== '"') refuse(cursor);
    const key = stringAt(cursor);
    space(cursor);
    if (!taken(cursor, ':')) refuse(cursor);
    space(cursor);
    const value = valueAt(cursor, depth);
    members.set(key, { value, start, end: value.end });
    space(cursor);
  } while (taken(cursor, ','));
  return taken(cursor, '}') ? members : refuse(cursor);
}

function itemsAt(cursor: Cursor, depth: number): readonly JsonValue[] {
  const items: JsonValue[] = [];
  cursor.at += 1;
  space(cursor);
  if (taken(cursor, ']')) return items;
  do {
    space(cursor);
    items.push(valueAt(cursor, depth));
    space(cursor);
  } while (taken(cursor, ','));
  return taken(cursor, ']') ? items : refuse(cursor);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function stringAt(cursor: Cursor): string {
  const { text, at } = cursor;
  let end = at + 1;
  let isEscaped = false;
  let isAscii = true;
  for (; ; end += 1) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) break;
    // Past the end of the text the code is NaN, which no comparison holds for.
    if (!(code >= 0x20)) refuse({ ...cursor, at: end });
    if (code > 0x7f) isAscii = false;
    if (code !== BACKSLASH) continue;
    isEscaped = true;
    end += 1;
  }
  const inner = text.slice(at + 1, end);
  if (!isAscii) cursor.extra += Buffer.byteLength(inner) - inner.length;
  cursor.at = end + 1;
  return isEscaped ? unescaped(inner, cursor) : inner;
}

function unescaped(inner: string, cursor: Cursor): string {
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch {
    return refuse(cursor);
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function numberAt(cursor: Cursor): number {
  number.lastIndex = cursor.at;
  const [found] = number.exec(cursor.text) ?? refuse(cursor);
  cursor.at += found.length;
  return Number(found);
}

function word<T>(cursor: Cursor, spelled: string, value: T): T {
  if (!cursor.text.startsWith(spelled, cursor.at)) refuse(cursor);
  cursor.at += spelled.length;
  return value;
}

function space(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at += 1;
  }
}

function taken(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

const byteAt = ({ at, extra }: Cursor): number => at + extra;

function refuse({ at }: Cursor): never {
  throw new UnparsableListing(`It is not JSON at character ${at}`);
}
