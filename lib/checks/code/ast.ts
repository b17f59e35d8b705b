/** JavaScript and TypeScript as a flat list of syntax nodes with their parents. */
import { type Expression, type File, type ParserPlugin, parse } from '@babel/parser';

type Statement = File['program']['body'][number];
type Of<T extends string> = Extract<Expression, { type: T }>;
export type ObjectExpression = Of<'ObjectExpression'>;
type ObjectMember = ObjectExpression['properties'][number];
export type Call = Of<'CallExpression'>;
type Declarator = Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number];
/** The node kinds that detectors look at; a kind that is not listed matches no `case`. */
export type Node =
  | Expression
  | Statement
  | ObjectMember
  | Declarator
  | Call['callee']
  | Call['arguments'][number]
  | Of<'MemberExpression'>['property']
  | Of<'TemplateLiteral'>['expressions'][number]
  | Of<'AssignmentExpression'>['left']
  | Extract<ObjectMember, { type: 'ObjectProperty' }>['value'];

export interface Source {
  readonly text: string;
  /** In source order, a parent before its children. */
  readonly nodes: readonly Node[];
  readonly parentOf: (node: Node) => Node | undefined;
}

/** Flow is tried for plain JavaScript only: its syntax and TypeScript's exclude each other. */
function plugins(path: string): ParserPlugin[] {
  if (/\.[cm]?ts$/i.test(path)) return ['typescript', 'decorators-legacy'];
  if (/\.tsx$/i.test(path)) return ['typescript', 'jsx', 'decorators-legacy'];
  return ['jsx', 'flow', 'decorators-legacy'];
}

/** @throws SyntaxError */
export function parseSource(path: string, text: string): Source {
  const file = parse(text, {
    sourceType: 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowReturnOutsideFunction: true,
    allowAwaitOutsideFunction: true,
    plugins: plugins(path),
  });
  const nodes: Node[] = [];
  const parents = new Map<Node, Node>();
  // A list of its own instead of recursion: a chain of a thousand additions is a thousand levels deep.
  const waiting: (readonly [unknown, Node | undefined])[] = [[file.program, undefined]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, parent] = next;
    if (Array.isArray(value)) for (const item of value.toReversed()) waiting.push([item, parent]);
    else if (isNode(value)) {
      nodes.push(value);
      if (parent) parents.set(value, parent);
      for (const child of Object.values(value).toReversed()) {
        if (typeof child === 'object' && child !== null) waiting.push([child, value]);
      }
    }
  }
  return { text, nodes, parentOf: (node) => parents.get(node) };
}

/** Babel's own output is trusted: whatever has a type and a place is one of its nodes. */
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value && typeof value.type === 'string';

export const placeOf = (node: Node): { readonly start: number; readonly end: number } => ({
  start: node.start ?? 0,
  end: node.end ?? 0,
});

export const written = ({ text }: Source, node: Node): string => text.slice(node.start ?? 0, node.end ?? 0);

/** The key of a property that is not computed. */
export function keyOf(node: ObjectMember): string | null {
  if (node.type === 'SpreadElement' || (node.computed && node.key.type !== 'StringLiteral')) return null;
  return node.key.type === 'Identifier' ? node.key.name : node.key.type === 'StringLiteral' ? node.key.value : null;
}

export function property(node: ObjectExpression, key: string): ObjectMember | undefined {
  return node.properties.find((member) => keyOf(member) === key);
}

/** `a.b["c"]` as `a.b.c`; a part that is no name becomes `?`. Type assertions and `!` are looked through. */
export function pathOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'ThisExpression':
      return 'this';
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const last =
        node.property.type === 'Identifier' && !node.computed
          ? node.property.name
          : node.property.type === 'StringLiteral'
            ? node.property.value
            : '?';
      return `${pathOf(node.object)}.${last}`;
    }
    case 'TSNonNullExpression':
    case 'TSAsExpression':
    case 'ParenthesizedExpression':
      return pathOf(node.expression);
    case 'CallExpression':
      return `${pathOf(node.callee)}()`;
    default:
      return '?';
  }
}

/** The last name of what is called: `query` of `this.db.query(...)`. */
export const calleeName = (node: Call): string => pathOf(node.callee).split('.').at(-1) ?? '';

/** A string written as such; a template counts when nothing is filled in. */
export function stringOf(node: Node | null | undefined): string | undefined {
  if (node?.type === 'StringLiteral') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The parts of `a + b + c` in order; anything else is its own only part. A list, because chains get thousands long. */
export function operands(node: Node): readonly Node[] {
  const parts: Node[] = [];
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.type === 'BinaryExpression' && next.operator === '+') waiting.push(next.right, next.left);
    else parts.push(next);
  }
  return parts;
}

/** From the inside out. */
export function ancestors(source: Source, node: Node): readonly Node[] {
  const found: Node[] = [];
  for (let parent = source.parentOf(node); parent !== undefined; parent = source.parentOf(parent)) found.push(parent);
  return found;
}

export const isFunction = ({ type }: Node): boolean => /Function|Method$/.test(type);

const environment = /NODE_ENV|\b(?:is|in)?_?(?:dev|development|prod|production|test|local)\b/i;

/** True inside a branch that an environment decides, such as `if (process.env.NODE_ENV !== 'production')`. */
export const dependsOnEnvironment = (source: Source, node: Node): boolean =>
  ancestors(source, node).some((outer) => {
    if (outer.type === 'IfStatement' || outer.type === 'ConditionalExpression')
      return environment.test(written(source, outer.test));
    return outer.type === 'LogicalExpression' && environment.test(written(source, outer.left));
  });
