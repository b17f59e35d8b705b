/** Reading HCL's lexical parts: space, comments, quoted templates, heredocs (HCL native syntax specification). */

/** Deeper nesting than this is no configuration that a person wrote; it would only exhaust the stack. */
const MAX_DEPTH = 100;

/** The text is not HCL. `message` names what was expected and where, and repeats nothing of the file. */
export class HclSyntaxError extends Error {
  override readonly name = 'HclSyntaxError';
}

export interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

export const refuse = (cursor: Cursor, expected: string): never => {
  throw new HclSyntaxError(`expected ${expected} at character ${cursor.at}`);
};

/** Runs a nested production with the depth accounted for. */
export function nested<T>(cursor: Cursor, read: () => T): T {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) refuse(cursor, 'less nesting');
  const result = read();
  cursor.depth -= 1;
  return result;
}

export const peek = (cursor: Cursor, ahead = 0): string => cursor.text[cursor.at + ahead] ?? '';

/** The match of a sticky pattern at the cursor, which then stands behind it. */
export function take(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (found === null) return null;
  cursor.at = pattern.lastIndex;
  return found[0];
}

export const identifier = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const blanks = /(?:[ \t\r\uFEFF]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const blanksAndLines = /(?:[\s\uFEFF]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;

/** Skips blanks and comments; line breaks only where they mean nothing. */
export function skip(cursor: Cursor, lines: boolean): void {
  take(cursor, lines ? blanksAndLines : blanks);
}

export interface Template {
  /** Escapes decoded, interpolations left as written. */
  readonly value: string;
  readonly interpolated: boolean;
}

const plain = /[^"\\$%\n]+/y;
const escapeSequence = /\\(?:[nrt"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/y;
const meaning: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** A quoted template, the cursor at its opening quote. */
export function quoted(cursor: Cursor): Template {
  cursor.at += 1;
  let value = '';
  let interpolated = false;
  for (;;) {
    value += take(cursor, plain) ?? '';
    const next = peek(cursor);
    if (next === '"') break;
    if (next === '\\') value += unescaped(take(cursor, escapeSequence) ?? refuse(cursor, 'an escape sequence'));
    else if (next === '$' || next === '%') {
      const from = cursor.at;
      if (interpolation(cursor)) interpolated = true;
      const written = cursor.text.slice(from, cursor.at);
      value += written === `${next}${next}{` ? `${next}{` : written;
    } else refuse(cursor, 'the closing quote');
  }
  cursor.at += 1;
  return { value, interpolated };
}

function unescaped(written: string): string {
  return meaning[written.charAt(1)] ?? String.fromCodePoint(Math.min(Number.parseInt(written.slice(2), 16), 0x10ffff));
}

/** At `$` or `%`: skips `${...}` or `%{...}` (true), an escaped `$${`, or the lone character. */
function interpolation(cursor: Cursor): boolean {
  if (peek(cursor, 1) === peek(cursor) && peek(cursor, 2) === '{') {
    cursor.at += 3;
    return false;
  }
  if (peek(cursor, 1) !== '{') {
    cursor.at += 1;
    return false;
  }
  cursor.at += 1;
  skipBracketed(cursor);
  return true;
}

const dull = /[^\s",#/<()[\]{}]+/y;
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** From an opening bracket to behind the one that closes it. */
function skipBracketed(cursor: Cursor): void {
  nested(cursor, () => {
    const close = closing[peek(cursor)];
    cursor.at += 1;
    for (;;) {
      skip(cursor, true);
      if (peek(cursor) === close) break;
      skipToken(cursor);
    }
    cursor.at += 1;
  });
}

/** One token of an expression that is not evaluated; brackets with everything in them. */
export function skipToken(cursor: Cursor): void {
  const next = peek(cursor);
  if (next === '"') nested(cursor, () => quoted(cursor));
  else if (next in closing) skipBracketed(cursor);
  else if (next === '' || next === ')' || next === ']' || next === '}') refuse(cursor, 'an expression');
  else if (heredoc(cursor) === null && take(cursor, dull) === null) cursor.at += 1;
}

const heredocStart = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;

/** A heredoc template, or null where none starts here. The cursor then stands on the line break behind the end marker. */
export function heredoc(cursor: Cursor): Template | null {
  heredocStart.lastIndex = cursor.at;
  const head = heredocStart.exec(cursor.text);
  if (head === null) return null;
  const [, dash, tag] = head;
  const lines: string[] = [];
  let at = heredocStart.lastIndex;
  for (;;) {
    const stop = cursor.text.indexOf('\n', at);
    const line = cursor.text.slice(at, stop === -1 ? cursor.text.length : stop);
    if (line.trim() === tag) {
      cursor.at = at + line.length;
      break;
    }
    if (stop === -1) return refuse(cursor, 'the end of the heredoc');
    lines.push(`${line}\n`);
    at = stop + 1;
  }
  const indent =
    dash === '' ? 0 : lines.reduce((least, line) => (line.trim() === '' ? least : Math.min(least, leadingSpaces(line))), 1000);
  const value = lines.map((line) => (line.trim() === '' ? line : line.slice(indent))).join('');
  const interpolated = /(?<![$%])(?:\$\{|%\{)/.test(value);
  return { value: interpolated ? value : value.replaceAll('$${', '${').replaceAll('%%{', '%{'), interpolated };
}

const leadingSpaces = (line: string): number => line.length - line.trimStart().length;
