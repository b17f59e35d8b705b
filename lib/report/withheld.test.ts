import { describe, expect, test } from 'vitest';
import type { EvidenceItem } from '../contract/report.ts';
import { assembleReport } from './assemble.ts';
import { countInvented } from './invented-report.ts';
import type { RunData } from './run-data.ts';
import { modelFinding, runId, sampleRun } from './testing.ts';

const sample = sampleRun();
const whole = assembleReport(sample);
const controlOf = (data: RunData, id: string) => assembleReport(data).controls.find((control) => control.id === id);

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

  test('what does not apply by evidence that does not hold is not assessed', () => {
    const ids = sample.evidence.map(({ id }) => id).slice(0, 1);
    const without = (evidenceIds: readonly string[]) =>
      sample.checkResults.map((row) => {
        if (row.checkId !== 'license') return row;
        const observations = [
          { resource: 'repository', result: 'not-applicable' as const, reason: 'None is there', evidenceIds: [...evidenceIds] },
        ];
        return { ...row, result: 'not-applicable' as const, reason: 'None is there.', observations };
      });
    const status = (evidenceIds: readonly string[]) =>
      controlOf({ ...sample, checkResults: without(evidenceIds) }, 'GV.OC-03')?.status;
    expect(status(ids)).toBe('not-applicable');
    expect(status(['33333333-3333-4333-8333-333333333333'])).toBe('not-assessed');
  });

  test('a verdict without an observation is none', () => {
    const checkResults = sample.checkResults.map((row) => (row.checkId === 'license' ? { ...row, observations: [] } : row));
    expect(controlOf({ ...sample, checkResults }, 'GV.OC-03')).toMatchObject({ status: 'not-assessed' });
  });
});

describe('a model', () => {
  const model: RunData = { ...sample, run: { ...sample.run, mode: 'model', model: 'm' } };

  test('may raise a finding, which fails its control on the basis of the model', () => {
    const report = assembleReport({ ...model, findings: [modelFinding(sample)] });
    expect(report.findings).toHaveLength(whole.findings.length + 1);
    expect(report.controls.find(({ id }) => id === 'ID.AM-08')).toMatchObject({ status: 'not-satisfied', basis: 'model' });
  });

  test('a finding whose evidence does not hold changes nothing but the list of what was withheld', () => {
    const lost = { ...modelFinding(sample), evidenceIds: ['33333333-3333-4333-8333-333333333333'] };
    const report = assembleReport({ ...model, findings: [lost] });
    expect(report.findings).toHaveLength(whole.findings.length);
    expect(report.controls).toEqual(whole.controls);
    expect(report.withheld).toEqual([{ claim: 'The image is old', reason: 'None of its evidence holds.' }]);
  });

  test('what it wrote beyond its evidence is cut, sentence by sentence', () => {
    const row = modelFinding(sample);
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
    expect(kept.sections[3]?.prose).toMatchObject({
      origin: 'model',
      text: expect.stringMatching(
        /^91 controls of 106 were not assessed.*\n\nA model adds, as far as its sentences hold: Most of it was 91 blind spots\.$/s,
      ),
    });
    const none = printed({ ...prose, claims: [] });
    expect(none.sections[3]?.prose.origin).toBe('fallback');
    expect(none.degraded).toContainEqual(expect.objectContaining({ step: 'section/blind-spots' }));
    expect([countInvented(kept, sample.blobs), countInvented(none, sample.blobs)]).toEqual([0, 0]);
  });

  test('its summary stands behind the figures: no words hide them', () => {
    const text = 'All is well.';
    const claims = [{ start: 0, end: text.length, computed: ['/coverage/controls'] }];
    const section = { id: 'summary', title: 'Summary', prose: { text, origin: 'model' as const, claims } };
    const report = assembleReport({ ...model, sections: [section] });
    expect(report.summary.origin).toBe('model');
    expect(report.summary.text).toMatch(
      /^Of 106 controls of .*, \d+ (is|are) satisfied, .* lies between .*\n\nA model adds, as far as its sentences hold: All is well\.$/s,
    );
    expect(countInvented(report, sample.blobs)).toBe(0);
  });

  test('its words on a finding of a check stand behind the computed ones, as far as they hold', () => {
    const [first] = whole.findings;
    if (first === undefined) throw new Error('the sample has findings');
    const text = 'This is what the evidence shows. It was seen on 9999 hosts.';
    const claims = [
      { start: 0, end: 32, evidenceIds: first.evidenceIds },
      { start: 33, end: text.length, evidenceIds: first.evidenceIds },
    ];
    const section = { id: `finding/${first.id}`, title: '', prose: { text, origin: 'model' as const, claims } };
    const report = assembleReport({ ...model, sections: [section] });
    expect(report.findings[0]?.description).toMatchObject({
      origin: 'model',
      text: `${first.description.text}\n\nA model adds, as far as its sentences hold: This is what the evidence shows.`,
    });
    expect(report.sections.map(({ id }) => id)).toEqual(whole.sections.map(({ id }) => id));
    expect(report.withheld).toContainEqual({ claim: '9999', reason: expect.any(String) });
    expect(countInvented(report, sample.blobs)).toBe(0);
  });

  test('its plan stands step by step, its order is ours, and the steps of the checks are never lost', () => {
    const [first, second] = whole.findings;
    if (first === undefined || second === undefined) throw new Error('the sample has findings');
    const item = (title: string, steps: string[], ...ids: string[]) => ({
      ...{ id: ids[0] ?? '', findingIds: ids, title, steps, effort: 'small' as const, priority: 1 },
    });
    const remediation = [
      item('Mend both at once', ['Change both files.', 'Install EvilTool 6.6.6.'], second.id, first.id),
      item('Nothing of it holds', ['Call APT29 on 555-1234.'], whole.findings[2]?.id ?? ''),
    ];
    const report = assembleReport({ ...model, remediation });
    expect(report.remediation[0]).toMatchObject({ title: 'Mend both at once', priority: 1 });
    expect(report.remediation[0]?.steps[0]).toBe('Change both files.');
    const stepsIn = (items: typeof report.remediation) => new Set(items.flatMap(({ steps }) => steps));
    expect(stepsIn(report.remediation)).toEqual(new Set(['Change both files.', ...stepsIn(whole.remediation)]));
    expect(report.remediation.flatMap(({ findingIds }) => findingIds).sort()).toEqual(whole.findings.map(({ id }) => id).sort());
    expect(JSON.stringify({ ...report, withheld: [] })).not.toMatch(/EvilTool|APT29/);
    expect(countInvented(report, sample.blobs)).toBe(0);
    const forged = { ...report, remediation: report.remediation.map((one) => ({ ...one, steps: ['Trust Mallory 42 times.'] })) };
    expect(countInvented(forged, sample.blobs)).toBe(report.remediation.length);
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
