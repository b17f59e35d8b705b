import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type EvidenceItem, report as reportSchema } from '../contract/report.ts';
import { assembleReport, comparable } from './assemble.ts';
import { countInvented } from './invented.ts';
import type { FindingRow, RunData } from './run-data.ts';
import { historyTaskId, repositoryTaskId, runId, sampleRun, step } from './testing.ts';

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
    const row = { ...findingRow(), id, checkId, planTaskId: repositoryTaskId, origin: { kind: 'check' as const, id: checkId } };
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

describe('what cannot be verified is withheld', () => {
  const change = (kind: EvidenceItem['kind'], by: (item: EvidenceItem) => EvidenceItem): RunData => ({
    ...sample,
    evidence: sample.evidence.map((item) => (item.kind === kind ? by(item) : item)),
  });

  test('without the bytes there is no verdict, no finding and no score', () => {
    const report = assembleReport({ ...sample, blobs: new Map() });
    expect(report).toMatchObject({ score: null, findings: [], evidence: [], coverage: { notAssessed: 106 } });
    expect(report.withheld.length).toBeGreaterThan(sample.evidence.length);
    expect(countInvented(report, new Map())).toBe(0);
  });

  test('one bad quote takes its own finding away and no other', () => {
    const report = assembleReport(
      change('excerpt', (item) =>
        item.kind === 'excerpt' && item.quote.startsWith('FROM node') ? { ...item, quote: 'FROM ruby' } : item,
      ),
    );
    expect(report.findings).toHaveLength(whole.findings.length - 1);
    expect(report.withheld).toContainEqual({ claim: 'FROM ruby', reason: expect.stringContaining('does not stand') });
    expect(report.checks.find(({ id }) => id === 'base-images-pinned')).toMatchObject({ result: 'unknown' });
  });

  test('moved offsets are repaired', () => {
    const report = assembleReport(
      change('excerpt', (item) => (item.kind === 'excerpt' ? { ...item, start: item.start + 1, end: item.end + 1 } : item)),
    );
    const repaired = report.evidence.filter((item) => item.kind === 'excerpt' && item.state === 'repaired');
    expect(repaired).toHaveLength(report.counts.excerpts);
    expect(report.findings).toHaveLength(whole.findings.length);
  });

  test('a count that the listing does not give', () => {
    const report = assembleReport(change('population', (item) => (item.kind === 'population' ? { ...item, count: 2 } : item)));
    expect(report.withheld).toContainEqual(expect.objectContaining({ reason: 'The listing holds 0 that match, not 2.' }));
    expect(report.controls.find(({ id }) => id === 'GV.RR-02')).toMatchObject({ status: 'not-assessed' });
  });

  test('a reason that names what its citation does not hold is replaced', () => {
    const checkResults = sample.checkResults.map((row) => ({
      ...row,
      observations: row.observations.map((one) => ({ ...one, reason: one.reason.replace('node:20-alpine', 'node:18-alpine') })),
    }));
    const report = assembleReport({ ...sample, checkResults });
    expect(report.withheld).toEqual([
      { claim: 'Dockerfile: node:18-alpine has no digest', reason: expect.stringContaining('node:18-alpine') },
    ]);
    expect(JSON.stringify({ ...report, withheld: [] })).not.toContain('node:18');
    expect(countInvented(report, sample.blobs)).toBe(0);
  });

  test('a verdict without an observation is none', () => {
    const checkResults = sample.checkResults.map((row) => (row.checkId === 'license' ? { ...row, observations: [] } : row));
    expect(controlOf({ ...sample, checkResults }, 'GV.OC-03')).toMatchObject({ status: 'not-assessed' });
  });
});

/** A finding of a model on the first excerpt, with one grounded sentence. */
function findingRow(): FindingRow {
  const evidence = sample.evidence.find((item) => item.kind === 'excerpt' && item.quote.startsWith('FROM node'));
  const text = 'The image node:20-alpine is old.';
  return {
    id: '22222222-2222-4222-8222-222222222222',
    checkId: null,
    planTaskId: null,
    controlIds: ['ID.AM-08'],
    severity: 'medium',
    title: 'The image is old',
    description: { text, origin: 'model', claims: [{ start: 0, end: text.length, evidenceIds: [evidence?.id ?? ''] }] },
    recommendation: 'Use a newer image.',
    evidenceIds: [evidence?.id ?? ''],
    origin: { kind: 'model', name: 'm' },
    firstSeenRunId: runId,
  };
}

describe('a model', () => {
  const model: RunData = { ...sample, run: { ...sample.run, mode: 'model', model: 'm' } };

  test('may raise a finding, which fails its control on the basis of the model', () => {
    const report = assembleReport({ ...model, findings: [findingRow()] });
    expect(report.findings).toHaveLength(whole.findings.length + 1);
    expect(report.controls.find(({ id }) => id === 'ID.AM-08')).toMatchObject({ status: 'not-satisfied', basis: 'model' });
  });

  test('a finding whose evidence does not hold changes nothing but the list of what was withheld', () => {
    const lost = { ...findingRow(), evidenceIds: ['33333333-3333-4333-8333-333333333333'] };
    const report = assembleReport({ ...model, findings: [lost] });
    expect(report.findings).toHaveLength(whole.findings.length);
    expect(report.controls).toEqual(whole.controls);
    expect(report.withheld).toEqual([{ claim: 'The image is old', reason: 'None of its evidence holds.' }]);
  });

  test('what it wrote beyond its evidence is cut, sentence by sentence', () => {
    const row = findingRow();
    const more = `${row.description.text} It has 17 holes.`;
    const claims = [
      ...row.description.claims,
      { start: row.description.text.length + 1, end: more.length, evidenceIds: row.evidenceIds.slice() },
    ];
    const report = assembleReport({
      ...model,
      findings: [{ ...row, title: 'Kubernetes 1.2 is old', description: { ...row.description, text: more, claims } }],
    });
    const finding = report.findings.find(({ origin }) => origin.kind === 'model');
    expect(finding).toMatchObject({ title: 'A finding on ID.AM-08', description: { text: row.description.text } });
    expect(report.withheld).toHaveLength(2);
    expect(countInvented(report, sample.blobs)).toBe(0);
  });

  test('its section is printed as far as it holds, and replaced when nothing does', () => {
    const text = 'Most of it was 91 blind spots. There are 400 more.';
    const prose = {
      text,
      origin: 'model' as const,
      claims: [
        { start: 0, end: 30, computed: ['/coverage/notAssessed'] },
        { start: 31, end: text.length, computed: ['/coverage/notAssessed'] },
      ],
    };
    const printed = (given: typeof prose) =>
      assembleReport({ ...model, sections: [{ id: 'blind-spots', title: 'Blind spots', prose: given }] });
    const kept = printed(prose);
    expect(kept.sections[3]?.prose).toMatchObject({ origin: 'model', text: 'Most of it was 91 blind spots.' });
    const none = printed({ ...prose, claims: [] });
    expect(none.sections[3]?.prose.origin).toBe('fallback');
    expect(none.degraded).toContainEqual(expect.objectContaining({ step: 'section/blind-spots' }));
    expect([countInvented(kept, sample.blobs), countInvented(none, sample.blobs)]).toEqual([0, 0]);
  });

  test('proposes, and a person decides; the latest decision counts', () => {
    const evidenceIds = sample.evidence.slice(0, 1).map(({ id }) => id);
    const row = { controlId: 'RC.CO-03', status: 'not-assessed' as const, basis: null, reason: '', findingIds: [] };
    const proposal = { status: 'satisfied' as const, reason: 'It says so', evidenceIds: [...evidenceIds, 'gone'] };
    const decide = (decision: 'accept' | 'reject', day: number) => ({
      controlId: row.controlId,
      decision,
      reason: 'read',
      createdBy: runId,
      createdAt: new Date(Date.UTC(2026, 10, day)),
    });
    const data = { ...model, controlResults: [{ ...row, proposal }] };
    expect(controlOf(data, row.controlId)).toMatchObject({ status: 'not-assessed', proposal: { evidenceIds } });
    const accepted = { ...data, decisions: [decide('accept', 2), decide('reject', 1)] };
    expect(controlOf(accepted, row.controlId)).toMatchObject({
      status: 'satisfied',
      basis: 'person',
      decision: { decision: 'accept', by: runId },
    });
    expect(controlOf({ ...data, decisions: [decide('accept', 1), decide('reject', 2)] }, row.controlId)).toMatchObject({
      status: 'not-assessed',
    });
    expect(countInvented(assembleReport(accepted), sample.blobs)).toBe(0);
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
