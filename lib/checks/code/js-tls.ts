/** Certificate verification turned off in JavaScript and TypeScript. */
import { dependsOnEnvironment, keyOf, type Node, pathOf, placeOf, type Source, stringOf } from './ast.ts';
import type { Hit } from './hit.ts';

const switches = new Set(['rejectUnauthorized', 'strictSSL']);

type Setting = 'on' | 'off' | undefined;

function settingOf(node: Node): Setting {
  if (node.type === 'BooleanLiteral') return node.value ? 'on' : 'off';
  return node.type === 'NumericLiteral' && node.value === 0 ? 'off' : undefined;
}

function setting(node: Node): Setting {
  if (node.type === 'ObjectProperty') {
    const key = keyOf(node) ?? '';
    if (switches.has(key)) return settingOf(node.value);
    return key === 'checkServerIdentity' && acceptsAll(node.value) ? 'off' : undefined;
  }
  if (node.type === 'ObjectMethod') {
    return keyOf(node) === 'checkServerIdentity' && node.body.body.length === 0 ? 'off' : undefined;
  }
  if (node.type !== 'AssignmentExpression') return undefined;
  const path = pathOf(node.left);
  if (path === 'process.env.NODE_TLS_REJECT_UNAUTHORIZED') {
    return stringOf(node.right) === '0' || settingOf(node.right) === 'off' ? 'off' : undefined;
  }
  return switches.has(path.split('.').at(-1) ?? '') && path.includes('.') ? settingOf(node.right) : undefined;
}

/** A callback that returns nothing finds nothing wrong with any certificate. */
function acceptsAll(node: Node): boolean {
  if (node.type !== 'ArrowFunctionExpression' && node.type !== 'FunctionExpression') return false;
  const { body } = node;
  if (body.type !== 'BlockStatement') return isNothing(body);
  const [only, ...others] = body.body;
  if (only === undefined) return true;
  return others.length === 0 && only.type === 'ReturnStatement' && (!only.argument || isNothing(only.argument));
}

const isNothing = (node: Node): boolean =>
  (node.type === 'Identifier' && node.name === 'undefined') ||
  node.type === 'NullLiteral' ||
  (node.type === 'UnaryExpression' && node.operator === 'void') ||
  (node.type === 'BooleanLiteral' && node.value);

export function tlsHits(source: Source): readonly Hit[] {
  return source.nodes.flatMap((node): readonly Hit[] => {
    const found = setting(node);
    if (found === undefined) return [];
    const places = [placeOf(node)];
    if (found === 'on') return [{ topic: 'tls', result: 'pass', says: 'keeps certificate verification on', places }];
    return dependsOnEnvironment(source, node)
      ? [
          {
            topic: 'tls',
            result: 'unknown',
            says: 'turns certificate verification off under a condition on the environment',
            places,
          },
        ]
      : [{ topic: 'tls', result: 'fail', says: 'turns certificate verification off', places }];
  });
}
