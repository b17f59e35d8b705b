/** SQL that is put together from values in JavaScript and TypeScript. */
import {
  type Call,
  calleeName,
  isFunction,
  type Node,
  operands,
  pathOf,
  placeOf,
  property,
  type Source,
  stringOf,
  written,
} from './ast.ts';
import type { Hit } from './hit.ts';

/** Calls that take a statement first. Generic names count too: the text must look like SQL anyway. */
const takesSql = new Set(
  'query execute raw unsafe prepare exec all get run each any one none many oneOrNone manyOrNone $queryRawUnsafe $executeRawUnsafe queryRawUnsafe executeRawUnsafe'.split(
    ' ',
  ),
);
/** Calls whose fragment is always SQL. */
const takesFragment = new Set('whereRaw orWhereRaw havingRaw orderByRaw groupByRaw joinRaw'.split(' '));

const statement =
  /^\s*(?:--[^\n]*\n\s*)*\(?(?:select\b[\s\S]*\bfrom\b|select\s+\w+\(|insert\s+into\b|update\b[\s\S]*\bset\b|delete\s+from\b|with\b[\s\S]*\bas\s*\(|(?:drop|alter|create|truncate)\s+(?:table|database|role|user|schema|index|view|type)\b|merge\s+into\b)/i;

/** Names that stand for something that cannot be bound: whether it is chosen from a fixed list, the line does not say. */
const identifierLike =
  /table|column|schema|database|relation|order|direction|\bdir\b|placeholder|field|view|index_?name|identifier|role|clause|where|filters?\b|conditions|limit|offset|sql|quer(?:y|ies)$|fragment|joins?\b/i;
const escaped = /(?:escape|quote)\w*$|^(?:Number|parseInt|parseFloat|BigInt|format|identifier|ident)$/i;

/** The definitions of a name anywhere in the file; a parameter of that name makes every use open. */
export interface Names {
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
  readonly parameters: ReadonlySet<string>;
}

export function namesIn(source: Source): Names {
  const definitions = new Map<string, Node[]>();
  const parameters = new Set<string>();
  const define = (name: string, node: Node): void => void definitions.set(name, [...(definitions.get(name) ?? []), node]);
  for (const node of source.nodes) {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier' && node.init) define(node.id.name, node.init);
    if (node.type === 'AssignmentExpression' && node.left.type === 'Identifier') define(node.left.name, node.right);
    if (isFunction(node) && 'params' in node && Array.isArray(node.params)) {
      for (const parameter of node.params)
        for (const [name] of written(source, parameter).matchAll(/[\w$]+/g)) parameters.add(name);
    }
  }
  return { definitions, parameters };
}

type Part = 'fixed' | 'identifier' | 'open';
const worst = (parts: readonly Part[]): Part =>
  parts.includes('open') ? 'open' : parts.includes('identifier') ? 'identifier' : 'fixed';

/** What filling this in can do to the statement. */
function partOf(node: Node, names: Names, depth = 0): Part {
  if (depth > 5) return 'open';
  const inner = (next: Node): Part => partOf(next, names, depth + 1);
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BigIntLiteral':
    case 'BooleanLiteral':
      return 'fixed';
    case 'TemplateLiteral':
      return worst(node.expressions.map(inner));
    case 'BinaryExpression':
      return node.operator === '+' ? worst(operands(node).map(inner)) : 'fixed';
    case 'ConditionalExpression':
      return worst([inner(node.consequent), inner(node.alternate)]);
    case 'LogicalExpression':
      return worst([inner(node.left), inner(node.right)]);
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'AwaitExpression':
      return inner(node.type === 'AwaitExpression' ? node.argument : node.expression);
    case 'CallExpression':
      return callPart(node, names, depth);
    case 'Identifier': {
      if (/^[A-Z][A-Z0-9_]*$/.test(node.name)) return 'fixed';
      const known = names.parameters.has(node.name) ? [] : (names.definitions.get(node.name) ?? []);
      if (known.length > 0 && worst(known.map(inner)) === 'fixed') return 'fixed';
      return identifierLike.test(node.name) ? 'identifier' : 'open';
    }
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const last = pathOf(node).split('.').at(-1) ?? '';
      return /^[A-Z][A-Z0-9_]*$/.test(last) ? 'fixed' : identifierLike.test(last) || last === 'length' ? 'identifier' : 'open';
    }
    default:
      return 'open';
  }
}

/** `ids.map((_, i) => '$' + (i + 1)).join()`, `'?, '.repeat(n)`, `Array(n).fill('?').join()`, and functions that quote. */
function callPart(node: Call, names: Names, depth: number): Part {
  const name = calleeName(node);
  if (escaped.test(name)) return 'fixed';
  if (node.callee.type !== 'MemberExpression') return identifierLike.test(name) ? 'identifier' : 'open';
  const { object } = node.callee;
  const [first] = node.arguments;
  switch (name) {
    case 'join':
    case 'repeat':
    case 'trim':
    case 'toUpperCase':
    case 'toLowerCase':
      return partOf(object, names, depth + 1);
    case 'fill':
      return first ? partOf(first, names, depth + 1) : 'open';
    case 'map':
      return first?.type === 'ArrowFunctionExpression' && usesIndexOnly(first) ? 'fixed' : mapPart(first, names, depth);
    default:
      return identifierLike.test(name) ? 'identifier' : 'open';
  }
}

type Arrow = Extract<Node, { type: 'ArrowFunctionExpression' }>;

/** `(_, i) => ...` or `() => ...`: the value itself is not filled in. */
function usesIndexOnly({ params }: Arrow): boolean {
  const [value] = params;
  return value === undefined || (value.type === 'Identifier' && value.name.startsWith('_'));
}

const mapPart = (first: Node | undefined, names: Names, depth: number): Part =>
  first?.type === 'ArrowFunctionExpression' && first.body.type !== 'BlockStatement'
    ? partOf(first.body, names, depth + 1)
    : 'open';

/** The statement's fixed text with a question mark for what is filled in; null for what is no string. */
function skeleton(node: Node): string | null {
  const fixed = stringOf(node);
  if (fixed !== undefined) return fixed;
  if (node.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.raw).join('?');
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return null;
  return operands(node)
    .map((part) => skeleton(part) ?? '?')
    .join('');
}

/** What is passed as the statement: itself, the `text` or `sql` of an object, or what the name was given. */
function candidates(argument: Node, names: Names): readonly Node[] {
  if (argument.type === 'ObjectExpression') {
    const inner = property(argument, 'text') ?? property(argument, 'sql') ?? property(argument, 'query');
    return inner?.type === 'ObjectProperty' ? candidates(inner.value, names) : [];
  }
  return argument.type === 'Identifier' ? (names.definitions.get(argument.name) ?? []) : [argument];
}

export function sqlHit(call: Call, names: Names): Hit | undefined {
  const [argument] = call.arguments;
  const name = calleeName(call);
  const fragment = takesFragment.has(name);
  if (argument === undefined || (!fragment && !takesSql.has(name))) return undefined;
  const pieces = candidates(argument, names).filter((piece) => skeleton(piece) !== null);
  if (!fragment && !pieces.some((piece) => statement.test(skeleton(piece) ?? ''))) return undefined;
  const judged = pieces.map((piece) => ({ piece, part: partOf(piece, names) }));
  const part = worst(judged.map((one) => one.part));
  if (part === 'fixed') {
    const bound = call.arguments.length > 1 || argument.type === 'ObjectExpression';
    return bound && pieces.length > 0
      ? { topic: 'injection', result: 'pass', says: 'binds the values of a statement', places: [placeOf(call)] }
      : undefined;
  }
  const places = judged.filter((one) => one.part === part).map(({ piece }) => placeOf(piece));
  return part === 'open'
    ? { topic: 'injection', result: 'fail', says: 'puts values into the text of a SQL statement', places }
    : {
        topic: 'injection',
        result: 'unknown',
        says: 'puts names into the text of a SQL statement, and does not show that they are fixed',
        places,
      };
}
