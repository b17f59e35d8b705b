/**
 * PostgreSQL keeps neither U+0000 nor half a surrogate pair in text or JSON, and refuses the whole statement. Words of servers and
 * errors may hold either: they are replaced by U+FFFD. Bytes that are evidence are blobs, and stay as they are.
 */
export function text(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The escapes that JSON.stringify writes for those two, in keys as in values; an escaped backslash before them is not one. */
const refused = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** JSON for a parameter that is cast to jsonb. */
export function json(value: object | string | number | boolean | null): string {
  return JSON.stringify(value).replace(refused, '$1\uFFFD');
}
