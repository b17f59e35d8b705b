/** JSON (comments and trailing commas tolerated) with source offsets, read by Babel's expression parser. */
import { parseExpression } from '@babel/parser';
import { perFile, UnexpectedShapeError } from './memo.ts';

interface Place {
  readonly start: number;
  readonly end: number;
}

export type JsonNode = Place &
  (
    | { readonly kind: 'object'; readonly members: ReadonlyMap<string, JsonMember> }
    | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
  );

/** `start` is where the key's quote starts, `end` where the value ends; a repeated key keeps its last value, as in JSON.parse. */
export interface JsonMember extends Place {
  readonly key: string;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export const json = perFile('JSON', (file): JsonNode => parseJson(file.content.text));

/** @throws SyntaxError where the text is no expression, UnexpectedShapeError where it is one but not JSON. */
export function parseJson(text: string): JsonNode {
  return convert(parseExpression(text, { attachComment: false }));
}

type BabelExpression = ReturnType<typeof parseExpression>;
type BabelProperty = Extract<BabelExpression, { type: 'ObjectExpression' }>['properties'][number];
type BabelElement = Extract<BabelExpression, { type: 'ArrayExpression' }>['elements'][number];
type BabelNode = BabelExpression | NonNullable<BabelElement> | Extract<BabelProperty, { type: 'ObjectProperty' }>['value'];

function convert(node: BabelNode): JsonNode {
  const place = { start: node.start ?? 0, end: node.end ?? 0 };
  switch (node.type) {
    case 'ObjectExpression':
      return { kind: 'object', members: new Map(node.properties.map(member)), ...place };
    case 'ArrayExpression':
      return { kind: 'array', items: node.elements.map((item) => convert(item ?? refuse())), ...place };
    case 'StringLiteral':
      return { kind: 'string', value: node.value, ...place };
    case 'NumericLiteral':
      return { kind: 'number', value: node.value, ...place };
    case 'UnaryExpression':
      if (node.operator !== '-' || node.argument.type !== 'NumericLiteral') return refuse();
      return { kind: 'number', value: -node.argument.value, ...place };
    case 'BooleanLiteral':
      return { kind: 'boolean', value: node.value, ...place };
    case 'NullLiteral':
      return { kind: 'null', ...place };
    default:
      return refuse();
  }
}

function member(property: BabelProperty): [string, JsonMember] {
  if (property.type !== 'ObjectProperty' || property.computed || property.shorthand) return refuse();
  const { key, value } = property;
  const name = key.type === 'StringLiteral' ? key.value : key.type === 'Identifier' ? key.name : refuse();
  const place = { start: property.start ?? 0, end: property.end ?? 0, keyEnd: key.end ?? 0 };
  return [name, { key: name, value: convert(value), ...place }];
}

function refuse(): never {
  throw new UnexpectedShapeError('not JSON');
}

/** The member at a path of keys; null where any step is missing or not an object. */
export function memberAt(node: JsonNode, ...path: readonly string[]): JsonMember | null {
  let current: JsonNode = node;
  let found: JsonMember | null = null;
  for (const key of path) {
    found = current.kind === 'object' ? (current.members.get(key) ?? null) : null;
    if (found === null) return null;
    current = found.value;
  }
  return found;
}

export const membersOf = (node: JsonNode | undefined): readonly JsonMember[] =>
  node?.kind === 'object' ? [...node.members.values()] : [];

export const stringOf = (node: JsonNode | undefined): string | null => (node?.kind === 'string' ? node.value : null);
