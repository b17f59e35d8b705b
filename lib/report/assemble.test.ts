import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { report as reportSchema } from '../contract/report.ts';
import { assembleReport, comparable } from './assemble.ts';
import { countInvented } from './invented-report.ts';
import type { RunData } from './run-data.ts';
import { historyTaskId, modelFinding, repositoryTaskId, runId, sampleRun, step } from './testing.ts';

const sample = sampleRun();
const whole = assembleReport(sample);
const controlOf = (data: RunData, id: string) => assembleReport(data).controls.find((control) => control.id === id);
/** The sample without its lost source: everything that was planned was seen. */
const complete: RunData = {
  ...sample,
  planTasks: sample.planTasks.filter(({ id }) => id === repositoryTaskId),
  steps: sample.steps.filter(({ item }) => item !== historyTaskId),
  gaps: [],
};

describe('a whole run', () => {
  test('is a valid report with every control of the framework, and nothing invented', () => {
    expect(reportSchema.omit({ seal: true }).safeParse(whole).error).toBeUndefined();
    expect(whole.controls).toHaveLength(106);
    expect(countInvented(whole, sample.blobs)).toBe(0);
    expect(whole.withheld).toEqual([]);
  });

  test('derives verdicts, findings, score and remediation from the checks', () => {
    expect(whole.coverage).toEqual({ controls: 106, satisfied: 4, notSatisfied: 11, notAssessed: 91, notApplicable: 0 });
    expect(whole.findings.map(({ severity }) => severity).join(' ')).toBe(
      'critical critical critical critical high high high medium medium',
    );
    expect(whole.score).toMatchObject({ value: 23.2, low: 5, high: 83.3 });
    expect(whole.remediation.map(({ priority }) => priority)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('is the same whatever order the rows come in', () => {
    const shuffled = assembleReport({
      ...sample,
      checkResults: sample.checkResults.toReversed(),
      steps: sample.steps.toReversed(),
      blobs: new Map([...sample.blobs].reverse()),
    });
    expect({ ...shuffled, degraded: [] }).toEqual({ ...whole, degraded: [] });
  });

  test('keeps the ids of recorded findings, and derives those that were not recorded', () => {
    const [first] = whole.findings;
    const checkId = first?.origin.kind === 'check' ? first.origin.id : '';
    const id = '11111111-1111-4111-8111-111111111111';
    const row = {
      ...modelFinding(sample),
      id,
      checkId,
      planTaskId: repositoryTaskId,
      origin: { kind: 'check' as const, id: checkId },
    };
    const report = assembleReport({ ...sample, findings: [row] });
    expect(report.findings.map((finding) => finding.id)).toEqual([id, ...whole.findings.slice(1).map((finding) => finding.id)]);
    expect(report.findings[0]?.description).toEqual(first?.description);
  });
});

describe('outcome', () => {
  const outcome = (given: Partial<RunData>): string => assembleReport({ ...complete, ...given }).run.outcome;

  test('complete when everything that was planned was seen', () => {
    expect(outcome({})).toBe('complete');
    expect(outcome({ steps: [...complete.steps, step('section', 'x', { origin: 'fallback', reason: 'slow' })] })).toBe(
      'complete',
    );
  });

  test('partial with a gap, an incomplete population, or an extraction by the fallback', () => {
    expect(whole.run.outcome).toBe('partial');
    const [files] = sample.populations;
    expect(files).toBeDefined();
    if (files === undefined) return;
    expect(outcome({ populations: [{ ...files, complete: false }] })).toBe('partial');
    expect(outcome({ steps: [step('extract', repositoryTaskId, { origin: 'fallback' })] })).toBe('partial');
  });

  test('losing an assessment to the fallback makes a model run partial, and a checks run not', () => {
    const steps = [
      ...complete.steps.filter(({ item }) => item !== 'PR'),
      step('assess', 'PR', { origin: 'fallback', reason: 'timed out' }),
    ];
    expect(outcome({ steps })).toBe('complete');
    expect(outcome({ steps, run: { ...sample.run, mode: 'model', model: 'm' } })).toBe('partial');
  });

  test('failed when no tool call gave an answer, cancelled by the flag', () => {
    const failed = assembleReport({ ...complete, toolCalls: [], checkResults: [], evidence: [] });
    expect(failed).toMatchObject({ run: { outcome: 'failed' }, score: null });
    expect(outcome({ run: { ...sample.run, cancelRequestedAt: new Date() } })).toBe('cancelled');
  });
});

describe('what is missing is named', () => {
  test('a plan task that left nothing is a gap with the reason of its step', () => {
    const { gaps, degraded } = assembleReport({
      ...sample,
      gaps: [],
      steps: [
        step('extract', repositoryTaskId),
        step('extract', historyTaskId, { status: 'failed', error: 'SourceUnavailable' }),
      ],
    });
    expect(gaps).toEqual([
      { source: 'acme-shop history', step: 'extract', reason: 'SourceUnavailable.', controls: ['PR.AA-04'] },
    ]);
    expect(degraded).toContainEqual({ step: 'extract/acme-shop history (git-history)', reason: 'SourceUnavailable.' });
  });

  test('a run without a plan says so, and assesses nothing', () => {
    const report = assembleReport({
      ...sample,
      planTasks: [],
      steps: [step('plan', '', { status: 'failed', reason: 'timed out' })],
      gaps: [],
      toolCalls: [],
      checkResults: [],
      evidence: [],
    });
    expect(report.gaps).toEqual([{ source: 'the run', step: 'plan', reason: 'timed out.', controls: [] }]);
    expect(report.coverage.notAssessed).toBe(106);
    expect(report.controls[0]?.reason).toBe('the run: timed out.');
  });

  test('a control that a lost source speaks to is not assessed, with that reason', () => {
    expect(controlOf(sample, 'PR.AA-04')).toMatchObject({
      status: 'not-assessed',
      basis: null,
      reason: expect.stringContaining('ECONNRESET'),
      checks: [{ id: 'signed-commits', result: 'unknown' }],
    });
  });

  test('a lost source does not leave the passes of another source standing alone', () => {
    const second = { ...sample.planTasks[0], id: historyTaskId, source: 'second repository' };
    expect(controlOf(sample, 'ID.RA-08')).toMatchObject({ status: 'satisfied' });
    const planTasks = sample.planTasks.slice(0, 1).flatMap((task) => [task, { ...task, ...second }]);
    expect(controlOf({ ...sample, planTasks }, 'ID.RA-08')).toMatchObject({ status: 'not-assessed', basis: null });
  });

  test('controls that nothing looks at say why', () => {
    expect(controlOf(sample, 'RC.CO-03')).toMatchObject({
      status: 'not-assessed',
      checks: [],
      reason: expect.stringContaining('person'),
    });
    const unplanned = { ...complete, checks: sample.checks };
    expect(controlOf(unplanned, 'PR.AA-04')?.reason).toBe('No source of this run offers git-history.');
  });

  test('a prose that no step reached is computed, and marked', () => {
    const report = assembleReport({
      ...complete,
      steps: complete.steps.filter(({ name }) => name !== 'summarise' && name !== 'section'),
    });
    expect(report.summary.origin).toBe('fallback');
    expect(report.degraded.map(({ step: at }) => at)).toEqual([
      'summarise',
      'section/scope-and-method',
      'section/strengths',
      'section/weaknesses',
      'section/blind-spots',
    ]);
    expect(countInvented(report, sample.blobs)).toBe(0);
  });

  test('reasons with line breaks and lone surrogates stay one valid line', () => {
    const gap = { step: 'extract', item: historyTaskId, source: 's\n1', reason: 'it\r\nbroke \ud800', controlIds: [] };
    expect(assembleReport({ ...sample, gaps: [gap] }).gaps).toEqual([
      { source: 's\n1', step: 'extract', reason: 'it broke \ufffd.', controls: [] },
    ]);
  });
});

test('a later run is compared with an earlier one, and a persisting finding keeps its first run', () => {
  const earlier = {
    ...comparable(whole),
    runId: '44444444-4444-4444-8444-444444444444',
    findings: whole.findings.slice(1).map((one) => ({ ...one, firstSeenRunId: '55555555-5555-4555-8555-555555555555' })),
  };
  const report = assembleReport({ ...sample, previous: earlier });
  expect(report.comparison).toMatchObject({ previousRunId: earlier.runId, new: [whole.findings[0]?.id], resolved: [] });
  expect(report.comparison?.persisting).toHaveLength(whole.findings.length - 1);
  expect(report.findings.slice(0, 2).map(({ firstSeenRunId }) => firstSeenRunId)).toEqual([
    runId,
    '55555555-5555-4555-8555-555555555555',
  ]);
});

test('whatever rows are missing, there is a valid report without an invented statement', () => {
  const keep = fc.infiniteStream(fc.boolean());
  fc.assert(
    fc.property(keep, fc.boolean(), fc.boolean(), fc.boolean(), (stream, isCancelled, hasBlobs, isPlanned) => {
      const some = <T>(list: readonly T[]): T[] => list.filter(() => stream.next().value);
      const data: RunData = {
        ...sample,
        run: { ...sample.run, startedAt: null, cancelRequestedAt: isCancelled ? new Date() : null },
        planTasks: isPlanned ? sample.planTasks : some(sample.planTasks),
        steps: some(sample.steps),
        toolCalls: some(sample.toolCalls),
        checkResults: some(sample.checkResults),
        populations: some(sample.populations),
        gaps: some(sample.gaps),
        evidence: some(sample.evidence),
        blobs: hasBlobs ? sample.blobs : new Map(some([...sample.blobs])),
      };
      const report = assembleReport(data);
      expect(reportSchema.omit({ seal: true }).safeParse(report).error).toBeUndefined();
      expect(countInvented(report, data.blobs)).toBe(0);
      if (report.score !== null && isPlanned) expect(report.score.low).toBeLessThanOrEqual(whole.score?.low ?? 0);
    }),
    { numRuns: 60 },
  );
});
