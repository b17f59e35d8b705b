import { describe, expect, test } from 'vitest';
import type { ReportCheck, ReportFacts } from '../contract/report.ts';
import { assembleReport } from './assemble.ts';
import { inventedIn } from './invented.ts';
import { writeSection } from './prose.ts';
import { sampleRun } from './testing.ts';

const facts: ReportFacts = assembleReport(sampleRun());
const [evidence] = facts.evidence;

/** As many passing checks as asked for, each of which carries the first control. */
function withPassing(total: number): ReportFacts {
  const [check] = facts.checks;
  const [control] = facts.controls;
  if (check === undefined || control === undefined || evidence === undefined) throw new Error('The sample is empty.');
  const pass = { resource: 'repository', result: 'pass' as const, reason: 'It holds.', evidenceIds: [evidence.id] };
  const checks = Array.from({ length: total }, (_, index): ReportCheck => {
    return { ...check, id: `check-${index}`, result: 'pass', observations: [pass] };
  });
  const answers = checks.map(({ id, source, result }) => ({ id, source, result, reason: 'It holds.' }));
  return {
    ...facts,
    checks,
    controls: [{ ...control, status: 'satisfied', basis: 'check', checks: answers }],
    coverage: { ...facts.coverage, satisfied: 1 },
    counts: { ...facts.counts, checksPassed: total },
  };
}

describe('the strengths', () => {
  test('that are more than it lists are counted, on the report’s own figure', () => {
    const report = withPassing(17);
    const prose = writeSection('strengths', report);
    expect(prose.text.match(/^- /gm)).toHaveLength(12);
    expect(prose.text).toContain('the first dozen of the 17 checks that passed');
    const source = { figures: '', names: '' };
    const invented = inventedIn(prose, { figures: report, evidence: () => source });
    expect(invented).toEqual([]);
  });

  test('that are all listed need no such sentence', () => {
    expect(writeSection('strengths', withPassing(12)).text).not.toContain('dozen');
  });
});

test('a citation is said to be what it is: bytes, or a count', () => {
  expect(writeSection('scope-and-method', facts).text).toContain('a range of bytes that a source returned, or a count over');
});
