/** JSON and YAML values as nodes. CloudFormation's functions, in either form, become `unresolved`. */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { JsonNode } from '../parse/json.ts';
import { UnexpectedShapeError } from '../parse/memo.ts';
import { entries, resolved, type YamlDocument } from '../parse/yaml.ts';
import type { Member, Node, Place, Scalar } from './node.ts';

/** `within`: the place to give to every node, for JSON that stands inside a string. */
export function fromJson(node: JsonNode, within?: Place): Node {
  const place = within ?? { start: node.start, end: node.end };
  const { start, end } = place;
  switch (node.kind) {
    case 'array':
      return { kind: 'list', items: node.items.map((item) => fromJson(item, within)), start, end };
    case 'null':
      return { kind: 'scalar', value: null, start, end };
    case 'object': {
      const members = new Map<string, Member>();
      for (const found of node.members.values()) {
        members.set(found.key, { ...(within ?? { start: found.start, end: found.end }), value: fromJson(found.value, within) });
      }
      return mapOrFunction(members, place);
    }
    default:
      return { kind: 'scalar', value: node.value, start, end };
  }
}

/** A template has at most 500 resources, but aliases could unfold into any number of nodes, to any depth. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 60;
/** The library walks the whole document for each alias: 400 of them are the most that a file may use. */
const ALIAS_NODES = MAX_NODES / 400;

interface Reading {
  readonly document: YamlDocument;
  left: number;
}

/** `place`: where the value stands, for what is empty or an alias. @throws UnexpectedShapeError when it unfolds without end */
export const fromYaml = (document: YamlDocument, raw: unknown, place: Place): Node =>
  yamlNode({ document, left: MAX_NODES }, raw, place, 0);

function yamlNode(reading: Reading, raw: unknown, place: Place, depth: number): Node {
  reading.left -= isMap(raw) ? 1 + ALIAS_NODES * raw.items.filter((pair) => isAlias(pair.value)).length : 1;
  if (reading.left < 0 || depth > MAX_DEPTH) throw new UnexpectedShapeError('nested too deeply');
  const node = resolved(reading.document, raw);
  const { start, end } = place;
  const tag = node?.tag ?? '';
  if (tag.startsWith('!')) {
    const template = tag === '!Sub' && isScalar(node);
    return { kind: 'unresolved', source: template ? String(node.value) : tag, template, start, end };
  }
  if (isMap(node)) {
    const members = new Map<string, Member>();
    for (const found of entries(reading.document, node)) {
      const own = { start: found.start, end: found.end };
      members.set(found.key, { ...own, value: yamlNode(reading, found.value, own, depth + 1) });
    }
    return mapOrFunction(members, place);
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => {
      if (isAlias(item)) reading.left -= ALIAS_NODES;
      const value = reading.left < 0 ? null : resolved(reading.document, item);
      const range = value?.range;
      return yamlNode(reading, value, range ? { start: range[0], end: range[1] } : place, depth + 1);
    });
    return { kind: 'list', items, start, end };
  }
  return { kind: 'scalar', value: isScalar(node) ? scalarValue(node.value) : null, start, end };
}

function scalarValue(value: unknown): Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** `{ "Ref": ... }` and `{ "Fn::...": ... }` are settled at deployment. The source of a plain `Fn::Sub` is its template. */
function mapOrFunction(members: ReadonlyMap<string, Member>, { start, end }: Place): Node {
  const [only, ...others] = members;
  const isFunction = only !== undefined && others.length === 0 && (only[0] === 'Ref' || only[0].startsWith('Fn::'));
  if (!isFunction) return { kind: 'map', members, start, end };
  const [name, { value }] = only;
  const template = name === 'Fn::Sub' && value.kind === 'scalar';
  return { kind: 'unresolved', source: template ? String(value.value) : name, template, start, end };
}
