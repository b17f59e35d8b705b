/** Code and SQL made of data in JavaScript and TypeScript. */
import { type Node, operands, pathOf, placeOf, type Source, stringOf } from './ast.ts';
import type { Hit } from './hit.ts';
import { type Names, namesIn, sqlHit } from './js-sql.ts';

const evaluators = new Set(['eval', 'window.eval', 'globalThis.eval', 'global.eval']);
const timers = /^(?:window\.|globalThis\.)?set(?:Timeout|Interval)$/;

/** Text that is put together, as opposed to a function or a variable that may hold one. */
const isBuiltText = (node: Node): boolean => {
  const parts = operands(node);
  const [first] = parts;
  if (parts.length === 1) return first?.type === 'TemplateLiteral' && first.expressions.length > 0;
  return parts.some((part) => stringOf(part) !== undefined || part.type === 'TemplateLiteral');
};

function codeHit(node: Node): Hit | undefined {
  if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
  const path = pathOf(node.callee);
  const last = node.arguments.at(-1);
  if (last === undefined) return undefined;
  const says = 'runs text as code';
  const places = [placeOf(node)];
  const open = stringOf(last) === undefined;
  if (evaluators.has(path) && open) return { topic: 'injection', result: 'fail', says, places };
  if (path === 'Function' && open) return { topic: 'injection', result: 'fail', says, places };
  const [first] = node.arguments;
  return timers.test(path) && first && isBuiltText(first) ? { topic: 'injection', result: 'fail', says, places } : undefined;
}

export function injectionHits(source: Source): readonly Hit[] {
  let names: Names | undefined;
  return source.nodes.flatMap((node): readonly Hit[] => {
    const code = codeHit(node);
    if (code !== undefined) return [code];
    if (node.type !== 'CallExpression') return [];
    names ??= namesIn(source);
    const sql = sqlHit(node, names);
    return sql === undefined ? [] : [sql];
  });
}
