import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { gates, passed } from './gates.mjs';

const root = resolve(import.meta.dirname, '../..');

/** What each tool says when it was given nothing to look at, with success. */
const silent: Record<string, string> = {
  'format and lint': 'Checked 0 files in 2ms. No fixes applied.',
  types: '/work/node_modules/typescript/lib/lib.es5.d.ts',
  'import rules': 'no dependency violations found (0 modules, 0 dependencies cruised)',
  'dead code': 'examined 0 files',
  infrastructure: '',
};

test.each(gates.map((gate: { name: string }) => gate.name))('%s: a tool that examined nothing has not passed', async (name) => {
  const gate = gates.find((candidate: { name: string }) => candidate.name === name);
  const outcome = await gate.check(async () => ({ ok: true, output: silent[name] }), root);
  expect([outcome.ok, passed(outcome)]).toEqual([true, false]);
});

test.each([
  ['format and lint', 'Checked 12 files in 2ms.', 12],
  ['types', '/work/lib/a.ts\n/work/lib/b.tsx\n/work/node_modules/x/index.d.ts', 2],
  ['import rules', 'no dependency violations found (7 modules, 9 dependencies cruised)', 7],
  ['dead code', 'examined 3 files', 3],
  ['infrastructure', 'cdk-nag examined 228 resources', 228],
])('%s counts what its tool examined', async (name, output, count) => {
  const gate = gates.find((candidate: { name: string }) => candidate.name === name);
  expect(await gate.check(async () => ({ ok: true, output }), root)).toMatchObject({ ok: true, examined: count });
});
