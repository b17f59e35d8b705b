/**
 * Keeps a text or a JSON value inside a frame. What is cut carries a mark and is still whole in the ledger, where the
 * console fetches it by id. Also drops what PostgreSQL's jsonb refuses: NUL and lone surrogates.
 */
import type * as z from 'zod';

export type Json = z.core.util.JSONType;

const MARK = ' [cut]';
const MAX_ITEMS = 50;
const MAX_DEPTH = 6;

// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is what is looked for
const clean = (text: string): string => text.toWellFormed().replace(/\u0000/g, '\uFFFD');

/** At most `maxChars` UTF-16 units, never half a surrogate pair. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return clean(text);
  return clean(text.slice(0, Math.max(0, maxChars - MARK.length)).replace(/[\uD800-\uDBFF]$/, '')) + MARK;
}

/** Long texts, long lists and deep nesting are cut; the shape stays. */
export function cutJson(value: Json, maxChars: number, depth = 0): Json {
  if (typeof value === 'string') return cutText(value, maxChars);
  if (value === null || typeof value !== 'object') return value;
  if (depth >= MAX_DEPTH) return MARK.trim();
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ITEMS).map((item) => cutJson(item, maxChars, depth + 1));
    return value.length > MAX_ITEMS ? [...kept, `[${value.length - MAX_ITEMS} more]`] : kept;
  }
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(entries.map(([name, item]) => [cutText(name, 100), cutJson(item, maxChars, depth + 1)]));
}

/** JSON text of at most `maxBytes` UTF-8 bytes: texts are cut harder until it fits, and at last replaced by the mark alone. */
export function jsonWithin(value: Json, maxBytes: number): string {
  for (const maxChars of [4_000, 1_000, 200, 40]) {
    const text = JSON.stringify(cutJson(value, maxChars));
    if (Buffer.byteLength(text) <= maxBytes) return text;
  }
  return JSON.stringify(MARK.trim());
}
