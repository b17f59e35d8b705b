/** Where a text stops being JSON. `offset` counts UTF-16 units from 0, `line` and `column` from 1. */
export interface JsonErrorPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const space = /[ \t\n\r]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar of RFC 8259
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Null when the text is JSON (RFC 8259). V8 names a position in some of its messages only, and quotes the input in others.
 * Not recursive: a megabyte of `[` is an error at its end, not a stack overflow.
 */
export function jsonErrorAt(text: string): JsonErrorPosition | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const offset = scan(text);
    const before = text.slice(0, offset).split('\n');
    return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
}

type Expect = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma' | 'end';

/** The offset of the first token that cannot stand where it stands. */
function scan(text: string): number {
  const open: ('{' | '[')[] = [];
  let expect: Expect = 'value';
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const matched = pattern.test(text);
    if (matched) at = pattern.lastIndex;
    return matched;
  };
  const closed = (): Expect => (open.length === 0 ? 'end' : 'comma');

  for (;;) {
    skip(space);
    const character = text[at];
    if (character === undefined || expect === 'end') return at;
    const closing = open.at(-1) === '{' ? '}' : ']';
    const mayClose = expect === 'comma' || expect === 'key-or-end' || expect === 'value-or-end';
    if (mayClose && open.length > 0 && character === closing) {
      open.pop();
      at += 1;
      expect = closed();
    } else if (expect === 'comma' && character === ',') {
      at += 1;
      expect = open.at(-1) === '{' ? 'key' : 'value';
    } else if (expect === 'colon' && character === ':') {
      at += 1;
      expect = 'value';
    } else if ((expect === 'key' || expect === 'key-or-end') && skip(string)) {
      expect = 'colon';
    } else if ((expect === 'value' || expect === 'value-or-end') && (character === '{' || character === '[')) {
      open.push(character);
      at += 1;
      expect = character === '{' ? 'key-or-end' : 'value-or-end';
    } else if ((expect === 'value' || expect === 'value-or-end') && (skip(string) || skip(scalar))) {
      expect = closed();
    } else {
      return at;
    }
  }
}
