/**
 * Adds up what the test runner and the checks recorded: `node .ci/summary.mjs <results folder> <exit of tests> <exit of checks>`.
 * Exit 1 when anything failed, or when either of the two executed nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , folder = '.', testsExit = '1', checksExit = '1'] = process.argv;

function read(name) {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return null;
  }
}

/** A file that could not even be loaded counts as one failure. */
function countTests(report) {
  if (report === null) return { passed: 0, failed: 0 };
  const broken = (report.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  return { passed: report.numPassedTests ?? 0, failed: (report.numFailedTests ?? 0) + broken.length };
}

function countChecks(results) {
  const passed = (results ?? []).filter((result) => result.passed).length;
  return { passed, failed: (results ?? []).length - passed };
}

/** A runner that failed without a failure to show for it (set-up, a crash) has failed once. */
function judge(name, counts, exit) {
  const executed = counts.passed + counts.failed;
  if (executed === 0) process.stdout.write(`${name} executed nothing (exit ${exit})\n`);
  const silent = executed === 0 || (exit !== '0' && counts.failed === 0);
  return silent ? { passed: counts.passed, failed: counts.failed + 1 } : counts;
}

const tests = judge('npm test', countTests(read('tests.json')), testsExit);
const checks = judge('npm run check', countChecks(read('check.json')), checksExit);
const failed = tests.failed + checks.failed;
process.stdout.write(`${tests.passed + checks.passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
