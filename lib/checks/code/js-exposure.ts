/** Cross-origin sharing with credentials for every origin, in JavaScript and TypeScript. */
import {
  ancestors,
  calleeName,
  dependsOnEnvironment,
  isFunction,
  keyOf,
  type Node,
  type ObjectExpression,
  pathOf,
  placeOf,
  property,
  type Source,
  stringOf,
  written,
} from './ast.ts';
import type { Hit } from './hit.ts';

const says = 'lets every origin make requests with credentials';

const memberValue = (object: ObjectExpression, key: string): Node | undefined => {
  const found = property(object, key);
  return found?.type === 'ObjectProperty' ? found.value : found;
};

const isTrue = (node: Node | undefined): boolean =>
  (node?.type === 'BooleanLiteral' && node.value) || stringOf(node)?.toLowerCase() === 'true';

/** `'*'`, `true` (reflects), a list with `'*'`, or a function that admits whatever it is given. */
function everyOrigin(source: Source, node: Node): boolean {
  if (stringOf(node) === '*' || (node.type === 'BooleanLiteral' && node.value)) return true;
  if (node.type === 'ArrayExpression') return node.elements.some((element) => element !== null && stringOf(element) === '*');
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') return false;
  const text = written(source, node.body).replace(/[\s;{}]|return/g, '');
  const [origin = ''] = node.params.map((parameter) => (parameter.type === 'Identifier' ? parameter.name : ''));
  return text === origin || new RegExp(`^\\w+\\(null,(?:true${/^\w+$/.test(origin) ? `|${origin}` : ''})\\)$`).test(text);
}

/** The options of a call or a property whose name speaks of CORS. */
function optionsHit(source: Source, node: ObjectExpression): Hit | undefined {
  const origin = memberValue(node, 'origin');
  if (origin === undefined || !isTrue(memberValue(node, 'credentials'))) return undefined;
  const about = ancestors(source, node)
    .slice(0, 4)
    .some((outer) => {
      if (outer.type === 'CallExpression')
        return /cors/i.test(written(source, outer.callee)) || outer.arguments.some((one) => /cors/i.test(pathOf(one)));
      if (outer.type === 'VariableDeclarator') return /cors/i.test(written(source, outer.id));
      return outer.type === 'ObjectProperty' && /cors/i.test(keyOf(outer) ?? '');
    });
  if (!about) return undefined;
  const places = [placeOf(node)];
  if (everyOrigin(source, origin))
    return { topic: 'exposure', result: dependsOnEnvironment(source, node) ? 'unknown' : 'fail', says, places };
  return { topic: 'exposure', result: 'pass', says: 'names the origins that may send credentials', places };
}

const allowOrigin = 'access-control-allow-origin';
const allowCredentials = 'access-control-allow-credentials';
const setters = new Set(['setHeader', 'header', 'set', 'append', 'writeHead']);

const reflects = (node: Node): boolean =>
  /^\w+(?:\.\w+)?\.headers\.origin$/.test(pathOf(node)) || /\.(?:get|header)\(\)$/.test(pathOf(node));

/** A header given in a call, `response.setHeader(name, value)`, or in an object of headers. */
function headerOf(node: Node): { readonly name: string; readonly value: Node } | undefined {
  if (node.type === 'CallExpression' && setters.has(calleeName(node))) {
    const [name, value] = node.arguments;
    const text = stringOf(name)?.toLowerCase();
    return text !== undefined && value ? { name: text, value } : undefined;
  }
  if (node.type !== 'ObjectProperty') return undefined;
  return { name: (keyOf(node) ?? '').toLowerCase(), value: node.value };
}

/** The function or the object that headers must share to be sent together. */
const sharedBy = (source: Source, node: Node): Node | undefined =>
  node.type === 'ObjectProperty' ? source.parentOf(node) : ancestors(source, node).find(isFunction);

function headerHits(source: Source): readonly Hit[] {
  const headers = source.nodes.flatMap((node) => {
    const found = headerOf(node);
    return found && (found.name === allowOrigin || found.name === allowCredentials) ? [{ node, ...found }] : [];
  });
  const credentials = headers.filter(({ name, value }) => name === allowCredentials && isTrue(value));
  const origins = headers.filter(({ name, value }) => name === allowOrigin && (stringOf(value) === '*' || reflects(value)));
  return origins.flatMap(({ node }): readonly Hit[] => {
    const scope = sharedBy(source, node);
    const together = credentials.find((one) => sharedBy(source, one.node) === scope);
    // Behind a condition the origin was probably compared with a list.
    const guarded = ancestors(source, node).some(({ type }) => type === 'IfStatement' || type === 'ConditionalExpression');
    return together === undefined || guarded
      ? []
      : [{ topic: 'exposure', result: 'fail', says, places: [placeOf(node), placeOf(together.node)] }];
  });
}

export const exposureHits = (source: Source): readonly Hit[] => [
  ...source.nodes.flatMap((node) => (node.type === 'ObjectExpression' ? (optionsHit(source, node) ?? []) : [])),
  ...headerHits(source),
];
