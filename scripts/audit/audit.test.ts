import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faults } from './faults.ts';
import { judge, namedIn, sourceProblems } from './judge.ts';
import { page } from './page.ts';
import type { Row } from './row.ts';
import { threats } from './threats.ts';

const root = resolve(import.meta.dirname, '../..');
const rows = [...threats, ...faults];
const read = (file: string): string | null => (existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : null);

test('every threat and fault has tests, and every test that is named exists', () => {
  expect(rows.map(({ id }) => id).slice(0, 22)).toEqual(Array.from({ length: 22 }, (_, index) => String(index + 1)));
  expect(sourceProblems(rows, read)).toEqual([]);
});

test('the committed page lists every row with each of its tests', () => {
  const committed = read('docs/security-audit.md') ?? '';
  for (const row of rows) {
    expect(committed).toContain(`### ${row.id}. ${row.what}`);
    for (const { file, title } of namedIn(row)) expect(committed).toContain(`- \`${file}\`: \`${title}\`, `);
  }
});

test('every row of the threat model is spoken for, but for the supply chain', () => {
  const model = [...(read('docs/security/threat-model.md') ?? '').matchAll(/^\| (\d+) +\|/gm)].map(([, id]) => Number(id));
  const spokenFor = new Set(threats.flatMap((row) => row.model ?? []));
  expect(model.length).toBeGreaterThan(20);
  expect(model.filter((id) => !spokenFor.has(id))).toEqual([22]);
});

describe('what keeps the page from being written', () => {
  const row: Row = { id: '1', what: 'w', required: 'r', tests: { 'a.test.ts': ['%s is refused'] } };
  const ran = (...tests: { title: string; status: string }[]) => ({
    startTime: 0,
    testResults: [{ name: '/p/a.test.ts', assertionResults: tests.map((one) => ({ ancestorTitles: ['a group'], ...one })) }],
  });

  test('a row without a test, a file or a title that is not there', () => {
    expect(sourceProblems([{ ...row, tests: {} }], read)).toEqual(['1: no test speaks for it']);
    expect(sourceProblems([row], () => null)).toEqual(['1: there is no a.test.ts']);
    expect(sourceProblems([row], () => `test('another')`)).toEqual(["1: a.test.ts has no '%s is refused'"]);
  });

  test('a test that did not run, was skipped or failed; a case that passed counts', () => {
    expect(judge(row, ran(), '/p').problems).toEqual(["1: a.test.ts ran no '%s is refused'"]);
    const mixed = ran(
      { title: 'x is refused', status: 'passed' },
      { title: 'y is refused', status: 'failed' },
      { title: 'else', status: 'failed' },
    );
    expect(judge(row, mixed, '/p')).toEqual({
      judged: [{ file: 'a.test.ts', title: '%s is refused', passed: 1 }],
      problems: ["1: a.test.ts 'y is refused' failed"],
    });
    expect(judge(row, ran({ title: 'x is refused', status: 'skipped' }), '/p').problems).toHaveLength(1);
    expect(
      page('2026-11-25', [{ row, judged: judge(row, ran({ title: 'x is refused', status: 'passed' }), '/p').judged }], []),
    ).toContain('`a.test.ts`: `%s is refused`, 1');
  });
});
