import { describe, expect, test } from 'vitest';
import { type ComparableRun, compareRuns, firstSeen } from './comparison.ts';
import type { CheckOutcome } from './verdict.ts';

/** A run in which the checks had these results; each failing one has a finding named after run and check. */
function run(
  runId: string,
  results: Record<string, CheckOutcome>,
  outcome: ComparableRun['outcome'] = 'complete',
): ComparableRun {
  const checks = Object.entries(results).map(([id, result]) => ({ id, result }));
  const findings = checks
    .filter(({ result }) => result === 'fail')
    .map(({ id }) => ({
      id: `${runId}/${id}`,
      origin: { kind: 'check', id } as const,
      title: id,
      controlIds: ['X'],
      firstSeenRunId: runId,
    }));
  return { runId, outcome, findings, checks };
}

describe('compareRuns', () => {
  test('new, resolved, persisting and regressed', () => {
    const before = run('r1', { stays: 'fail', mended: 'fail', broke: 'pass' });
    const after = run('r2', { stays: 'fail', mended: 'pass', broke: 'fail', added: 'fail' });
    expect(compareRuns(before, after)).toEqual({
      previousRunId: 'r1',
      new: ['r2/added'],
      resolved: ['r1/mended'],
      persisting: ['r2/stays'],
      regressed: ['r2/broke'],
    });
  });

  test.each(['partial', 'cancelled', 'failed'] as const)('a %s run resolves nothing', (outcome) => {
    expect(compareRuns(run('r1', { a: 'fail' }), run('r2', { a: 'pass' }, outcome)).resolved).toEqual([]);
  });

  test.each(['unknown', 'missing'] as const)('what the current run did not see (%s) is not resolved', (how) => {
    const after = how === 'unknown' ? run('r2', { a: 'unknown' }) : run('r2', {});
    expect(compareRuns(run('r1', { a: 'fail' }), after)).toMatchObject({ resolved: [], persisting: [] });
  });

  test('a check that fails on one of two sources is not resolved', () => {
    const after = {
      ...run('r2', { a: 'pass' }),
      checks: [
        { id: 'a', result: 'pass' },
        { id: 'a', result: 'unknown' },
      ],
    } as const;
    expect(compareRuns(run('r1', { a: 'fail' }), after).resolved).toEqual([]);
  });

  test('a persisting finding keeps the run it was first seen in', () => {
    const after = run('r2', { a: 'fail', b: 'fail' });
    const seen = after.findings.map((finding) => firstSeen(run('r1', { a: 'fail' }), finding, 'r2'));
    expect(seen).toEqual(['r1', 'r2']);
  });
});
