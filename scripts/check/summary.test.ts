import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'assay-summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tests = (passed: number, failed: number, broken = 0) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  testResults: [
    { status: 'passed', assertionResults: [{}] },
    ...Array.from({ length: broken }, () => ({ status: 'failed', assertionResults: [] })),
  ],
});
const checks = (...passed: boolean[]) => passed.map((one) => ({ gate: 'x', passed: one }));

function summary(results: { tests?: unknown; checks?: unknown }, exits: readonly [number, number]) {
  for (const [name, value] of [
    ['tests.json', results.tests],
    ['check.json', results.checks],
  ] as const) {
    rmSync(join(folder, name), { force: true });
    if (value !== undefined) writeFileSync(join(folder, name), JSON.stringify(value));
  }
  const program = resolve(import.meta.dirname, '../../.ci/summary.mjs');
  try {
    return { exit: 0, output: execFileSync(process.execPath, [program, folder, ...exits.map(String)], { encoding: 'utf8' }) };
  } catch (error) {
    const { status, stdout } = Object(error);
    return { exit: status, output: stdout };
  }
}

describe('the last line of CI', () => {
  test('adds up tests and checks that all passed', () => {
    expect(summary({ tests: tests(10, 0), checks: checks(true, true) }, [0, 0])).toEqual({
      exit: 0,
      output: '12 passed, 0 failed\n',
    });
  });

  test.each([
    ['a failed test', { tests: tests(9, 1), checks: checks(true) }, [1, 0], '10 passed, 1 failed\n'],
    ['a test file that does not load', { tests: tests(9, 0, 1), checks: checks(true) }, [1, 0], '10 passed, 1 failed\n'],
    ['a failed check', { tests: tests(9, 0), checks: checks(true, false) }, [0, 1], '10 passed, 1 failed\n'],
    ['a runner that crashed after its tests', { tests: tests(9, 0), checks: checks(true) }, [1, 0], '10 passed, 1 failed\n'],
    [
      'no test at all',
      { tests: tests(0, 0), checks: checks(true) },
      [0, 0],
      'npm test executed nothing (exit 0)\n1 passed, 1 failed\n',
    ],
    [
      'no check at all',
      { tests: tests(9, 0), checks: [] },
      [0, 0],
      'npm run check executed nothing (exit 0)\n9 passed, 1 failed\n',
    ],
    [
      'nothing recorded',
      {},
      [2, 2],
      'npm test executed nothing (exit 2)\nnpm run check executed nothing (exit 2)\n0 passed, 2 failed\n',
    ],
  ] as const)('fails on %s', (_, results, exits, output) => {
    expect(summary(results, exits)).toEqual({ exit: 1, output });
  });
});
