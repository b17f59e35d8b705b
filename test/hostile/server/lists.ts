/** In the list of tools. */
import { answering, listing, nested, type Personality, raw, tool } from './personality.ts';
import { resultText } from './rpc.ts';

export const lists = {
  'thousands of tools': listing(answering(() => ({ tools: Array.from({ length: 20_000 }, (_, at) => tool(`tool-${at}`)) }))),
  'a page of tools after another': listing(answering((count) => ({ tools: [tool(`tool-${count}`)], nextCursor: `${count}` }))),
  'a large page of tools after another': listing(
    answering((count) => ({
      tools: Array.from({ length: 12 }, (_, at) => tool(`tool-${count}-${at}`, { description: 'x'.repeat(500_000) })),
      nextCursor: `${count}`,
    })),
  ),
  'a name without end': listing(answering(() => ({ tools: [tool('n'.repeat(100_000))] }))),
  'other tools each time': listing(answering((count) => ({ tools: [tool('look', { description: `${count}` })] }))),
  'tools that are none': listing(answering(() => ({ tools: Array(900).fill({ name: 1 }) }))),
  'a deep schema': listing(
    raw((exchange) => resultText(exchange, { tools: [tool('look', { outputSchema: '@' })] }).replace('"@"', nested(10_000))),
  ),
  'prototype keys': listing(
    raw((exchange) =>
      resultText(exchange, '@').replace(
        '"@"',
        '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"tools":[]}',
      ),
    ),
  ),
} as const satisfies Readonly<Record<string, Personality>>;
