/** In what a tool says that its results look like, with a result to try it on. */
import { answering, type Personality, tool } from './personality.ts';

const judging = (outputSchema: object, structuredContent: object): Personality => ({
  'tools/list': answering(() => ({ tools: [tool('look', { outputSchema: { type: 'object', ...outputSchema } })] })),
  'tools/call': answering(() => ({ content: [], structuredContent })),
});
const numbered = <T>(count: number, item: (at: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, item(at)]));

export const schemas = {
  'a regex bomb': judging({ properties: { a: { pattern: '^(a+)+$' } } }, { a: `${'a'.repeat(100_000)}!` }),
  'a regex of many states': judging(
    { properties: { a: { pattern: '((((\\pL?){30}){30})\\pN)+$' } } },
    { a: 'é'.repeat(100_000) },
  ),
  'a schema bomb': judging(
    {
      $ref: '#/$defs/k0',
      $defs: { ...numbered(12, (at) => ({ allOf: Array(9).fill({ $ref: `#/$defs/k${at + 1}` }) })), k12: {} },
    },
    {},
  ),
  'a wide schema': judging({ properties: numbered(900, (at) => ({ enum: [at] })) }, { k1: 1 }),
  'a list of different things': judging(
    { properties: { a: { uniqueItems: true } } },
    { a: Array.from({ length: 20_000 }, (_, at) => ({ at })) },
  ),
  'a schema elsewhere': judging({ $ref: 'http://169.254.169.254/latest/meta-data/' }, {}),
  'many costly schemas': {
    'tools/list': answering(() => ({
      tools: Array.from({ length: 20 }, (_, at) =>
        tool(at === 0 ? 'look' : `tool-${at}`, {
          outputSchema: { type: 'object', properties: numbered(190, () => ({ const: at })) },
        }),
      ),
    })),
    'tools/call': answering(() => ({ content: [], structuredContent: {} })),
  },
} as const satisfies Readonly<Record<string, Personality>>;
