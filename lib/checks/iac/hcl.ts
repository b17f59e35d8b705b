/**
 * A reader of HCL's native syntax for static judgement. Literals, lists, objects, blocks and `jsonencode(...)` of them become
 * nodes with their places; every other expression stays `unresolved`, because only a plan evaluates it.
 * Why not a library: docs/adr/hcl-reader.md.
 */
import {
  type Cursor,
  heredoc,
  identifier,
  nested,
  peek,
  quoted,
  refuse,
  skip,
  skipToken,
  type Template,
  take,
} from './hcl-cursor.ts';
import type { MapNode, Member, Node, Place } from './node.ts';

/** `resource "type" "name" { ... }`: `headerEnd` is behind the last label. */
export interface Block extends Place {
  readonly type: string;
  readonly labels: readonly string[];
  readonly headerEnd: number;
  readonly body: MapNode;
}

/** The top-level blocks of a file, in source order. @throws HclSyntaxError */
export function parseHcl(text: string): readonly Block[] {
  const cursor: Cursor = { text, at: 0, depth: 0 };
  const { blocks } = contents(cursor);
  if (cursor.at < text.length) refuse(cursor, 'an argument or a block');
  return blocks;
}

interface Contents {
  readonly arguments: readonly (readonly [string, Member])[];
  readonly blocks: readonly Block[];
}

/** Arguments and blocks up to the closing brace or the end of the text. */
function contents(cursor: Cursor): Contents {
  const found: [string, Member][] = [];
  const blocks: Block[] = [];
  for (;;) {
    skip(cursor, true);
    if (peek(cursor) === '' || peek(cursor) === '}') return { arguments: found, blocks };
    const start = cursor.at;
    const name = take(cursor, identifier) ?? refuse(cursor, 'a name');
    skip(cursor, false);
    if (peek(cursor) === '=') {
      cursor.at += 1;
      const value = expression(cursor, false);
      found.push([name, { value, start, end: value.end }]);
    } else blocks.push(nested(cursor, () => block(cursor, name, start)));
    skip(cursor, false);
    if (!['\n', '}', ''].includes(peek(cursor))) refuse(cursor, 'a new line');
  }
}

function block(cursor: Cursor, type: string, start: number): Block {
  const labels: string[] = [];
  let headerEnd = start + type.length;
  while (peek(cursor) !== '{') {
    labels.push(
      peek(cursor) === '"' ? quoted(cursor).value : (take(cursor, identifier) ?? refuse(cursor, 'a label or an opening brace')),
    );
    headerEnd = cursor.at;
    skip(cursor, false);
  }
  const open = cursor.at;
  cursor.at += 1;
  const inside = contents(cursor);
  if (peek(cursor) !== '}') refuse(cursor, 'a closing brace');
  cursor.at += 1;
  return { type, labels, headerEnd, body: bodyNode(inside, open, cursor.at), start, end: cursor.at };
}

/** Nested blocks become lists of maps; a `dynamic "x"` block counts as one `x` with the content that it repeats. */
function bodyNode({ arguments: args, blocks }: Contents, start: number, end: number): MapNode {
  const members = new Map<string, Member>(args);
  const gathered = Map.groupBy(blocks.map(unrolled), ({ type }) => type);
  for (const [key, repeated] of gathered) {
    const place = { start: repeated[0]?.start ?? start, end: repeated.at(-1)?.end ?? end };
    members.set(key, { value: { kind: 'list', items: repeated.map(({ body }) => body), ...place }, ...place });
  }
  return { kind: 'map', members, start, end };
}

function unrolled(block: Block): Pick<Block, 'type' | 'body' | 'start' | 'end'> {
  const [label] = block.labels;
  if (block.type !== 'dynamic' || label === undefined) return block;
  const content = block.body.members.get('content')?.value;
  const first = content?.kind === 'list' ? content.items[0] : undefined;
  return { ...block, type: label, body: first?.kind === 'map' ? first : block.body };
}

const number = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** `bracketed`: inside ( ) or [ ], where a line break does not end the expression. */
function expression(cursor: Cursor, bracketed: boolean): Node {
  skip(cursor, bracketed);
  const start = cursor.at;
  const known = nested(cursor, () => primary(cursor, start));
  const end = cursor.at;
  skip(cursor, bracketed);
  if (known !== null && ends(cursor, bracketed)) return { ...known, start, end };
  return rest(cursor, start, bracketed);
}

const ends = (cursor: Cursor, bracketed: boolean): boolean =>
  [',', ')', ']', '}', ''].includes(peek(cursor)) || (!bracketed && peek(cursor) === '\n');

/** Whatever else the expression holds: kept as written. */
function rest(cursor: Cursor, start: number, bracketed: boolean): Node {
  let end = cursor.at;
  while (!ends(cursor, bracketed)) {
    skipToken(cursor);
    end = cursor.at;
    skip(cursor, bracketed);
  }
  if (end === start) refuse(cursor, 'an expression');
  return { kind: 'unresolved', source: cursor.text.slice(start, end).trimEnd(), template: false, start, end };
}

/** What stands for its own value; null (the cursor wherever reading stopped) for anything that must be evaluated. */
function primary(cursor: Cursor, start: number): Node | null {
  const next = peek(cursor);
  if (next === '"') return templateNode(quoted(cursor), start, cursor.at);
  if (next === '[') return list(cursor, start);
  if (next === '{') return object(cursor, start);
  const document = heredoc(cursor);
  if (document !== null) return templateNode(document, start, cursor.at);
  const digits = take(cursor, number);
  if (digits !== null) return { kind: 'scalar', value: Number(digits), start, end: cursor.at };
  const name = take(cursor, identifier);
  if (name === null) return null;
  if (name === 'true' || name === 'false') return { kind: 'scalar', value: name === 'true', start, end: cursor.at };
  if (name === 'null') return { kind: 'scalar', value: null, start, end: cursor.at };
  return transparent.has(name) && peek(cursor) === '(' ? argument(cursor) : null;
}

/** Functions whose result says the same as their argument. */
const transparent = new Set(['jsonencode', 'toset', 'tolist']);

function argument(cursor: Cursor): Node | null {
  cursor.at += 1;
  const value = expression(cursor, true);
  if (peek(cursor) !== ')') return refuse(cursor, 'a closing parenthesis');
  cursor.at += 1;
  return value;
}

function templateNode({ value, interpolated }: Template, start: number, end: number): Node {
  return interpolated ? { kind: 'unresolved', source: value, template: true, start, end } : { kind: 'scalar', value, start, end };
}

const forExpression = /[[{](?:\s|#[^\n]*\n)*for\s/y;

function list(cursor: Cursor, start: number): Node | null {
  if (take(cursor, forExpression) !== null) return comprehension(cursor, start);
  cursor.at += 1;
  const items: Node[] = [];
  for (;;) {
    skip(cursor, true);
    if (peek(cursor) === ']') break;
    items.push(expression(cursor, true));
    if (peek(cursor) === ',') cursor.at += 1;
    else if (peek(cursor) !== ']') refuse(cursor, 'a comma or a closing bracket');
  }
  cursor.at += 1;
  return { kind: 'list', items, start, end: cursor.at };
}

/** A `for` expression is skipped as one token from its opening bracket. */
function comprehension(cursor: Cursor, start: number): null {
  cursor.at = start;
  skipToken(cursor);
  return null;
}

function object(cursor: Cursor, start: number): Node | null {
  if (take(cursor, forExpression) !== null) return comprehension(cursor, start);
  cursor.at += 1;
  const members = new Map<string, Member>();
  for (;;) {
    skip(cursor, true);
    if (peek(cursor) === '}') break;
    const keyStart = cursor.at;
    const key = objectKey(cursor);
    cursor.at += 1;
    const value = expression(cursor, false);
    members.set(key, { value, start: keyStart, end: value.end });
    if (peek(cursor) === ',') cursor.at += 1;
    else if (peek(cursor) !== '}' && peek(cursor) !== '\n') refuse(cursor, 'a comma or a new line');
  }
  cursor.at += 1;
  return { kind: 'map', members, start, end: cursor.at };
}

/** A name, a template, or an expression (then its source); leaves the cursor at `=` or `:`. */
function objectKey(cursor: Cursor): string {
  const start = cursor.at;
  const plain = peek(cursor) === '"' ? quoted(cursor).value : take(cursor, identifier);
  skip(cursor, false);
  if (plain !== null && isAssign(cursor)) return plain;
  while (!isAssign(cursor)) {
    if (peek(cursor) === '\n') refuse(cursor, 'an equals sign');
    skipToken(cursor);
    skip(cursor, false);
  }
  return cursor.text.slice(start, cursor.at).trim();
}

const isAssign = (cursor: Cursor): boolean => peek(cursor) === '=' || peek(cursor) === ':';
