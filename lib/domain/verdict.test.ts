import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scoreOf } from './score.ts';
import { type CheckOutcome, controlVerdict, foldObservations, foldOutcomes, type VerdictInput } from './verdict.ts';

const proposal = { status: 'satisfied', reason: 'The policy says so', evidenceIds: ['e1'] } as const;
const nothing: VerdictInput = { checks: [], modelFails: [], proposal: null, decision: null, unseen: 'Nothing looks at it.' };
const check = (result: CheckOutcome, reason = `it is ${result}`) => ({ id: `c-${result}`, result, reason });
const verdict = (input: Partial<VerdictInput>) => controlVerdict({ ...nothing, ...input });

describe('controlVerdict', () => {
  test('one failing check outweighs everything else', () => {
    const checks = [check('pass'), check('unknown'), check('fail'), check('not-applicable')];
    const decision = { decision: 'accept', reason: 'fine' } as const;
    expect(verdict({ checks, proposal, decision })).toEqual({
      status: 'not-satisfied',
      basis: 'check',
      reason: 'it is fail.',
      proposal: null,
    });
  });

  test('a verified finding of a model fails a control that checks pass elsewhere, on the basis of the model', () => {
    const given = verdict({ checks: [check('pass')], modelFails: [{ reason: 'No owner is named' }] });
    expect(given).toMatchObject({ status: 'not-satisfied', basis: 'model', reason: 'No owner is named.' });
  });

  test('an unknown check keeps a control unassessed in spite of passes and of an acceptance', () => {
    const decision = { decision: 'accept', reason: 'fine' } as const;
    const given = verdict({ checks: [check('pass'), check('unknown')], proposal, decision });
    expect(given).toEqual({ status: 'not-assessed', basis: null, reason: 'it is unknown.', proposal });
  });

  test('passes satisfy, with checks that are not applicable beside them', () => {
    const given = verdict({ checks: [check('pass'), check('not-applicable')], proposal });
    expect(given).toEqual({ status: 'satisfied', basis: 'check', reason: 'it is pass.', proposal: null });
  });

  test('a proposal of a model satisfies nothing until a person accepts it', () => {
    expect(verdict({ proposal })).toEqual({ status: 'not-assessed', basis: null, reason: 'Nothing looks at it.', proposal });
    const accepted = verdict({ proposal, decision: { decision: 'accept', reason: 'I read it' } });
    expect(accepted).toEqual({ status: 'satisfied', basis: 'person', reason: 'Accepted by a person: I read it', proposal });
    const rejected = verdict({ proposal, decision: { decision: 'reject', reason: 'outdated' } });
    expect(rejected).toMatchObject({ status: 'not-assessed', basis: null, proposal });
    expect(rejected.reason).toContain('rejected the proposal: outdated');
  });

  test('accepting a proposal that has no evidence changes nothing', () => {
    const decision = { decision: 'accept', reason: 'fine' } as const;
    expect(verdict({ proposal: { ...proposal, evidenceIds: [] }, decision })).toMatchObject({ status: 'not-assessed' });
    expect(verdict({ decision })).toMatchObject({ status: 'not-assessed', proposal: null });
  });

  test('all checks not applicable make the control not applicable; none at all leave it unassessed', () => {
    expect(verdict({ checks: [check('not-applicable')] })).toMatchObject({ status: 'not-applicable', basis: 'check' });
    expect(verdict({})).toEqual({ status: 'not-assessed', basis: null, reason: 'Nothing looks at it.', proposal: null });
  });
});

describe('folding observations', () => {
  test('fail > unknown > pass > not applicable, and nothing gives nothing', () => {
    expect(foldOutcomes(['pass', 'not-applicable', 'unknown', 'fail'])).toBe('fail');
    expect(foldOutcomes(['pass', 'unknown'])).toBe('unknown');
    expect(foldOutcomes(['not-applicable', 'pass'])).toBe('pass');
    expect(foldOutcomes([])).toBeNull();
  });

  test('the reason says why it is so, and how much is left out', () => {
    const observations = ['a', 'b', 'c', 'd', 'e'].map((reason) => ({ result: 'fail' as const, reason }));
    expect(foldObservations([...observations, { result: 'pass', reason: 'z' }])).toEqual({
      result: 'fail',
      reason: 'a. b. c. And 2 more.',
    });
  });
});

const outcome = fc.constantFrom<CheckOutcome>('pass', 'fail', 'unknown', 'not-applicable');
const controlOf = (outcomes: readonly CheckOutcome[], weight: number) => ({
  status: verdict({ checks: outcomes.map((result) => check(result)) }).status,
  weight,
  category: 'one',
});

test('losing sight of any check never raises the low end or lowers the high end of the score', () => {
  const control = fc.record({
    checks: fc.array(fc.record({ outcome, lost: fc.boolean() }), { maxLength: 4 }),
    weight: fc.constantFrom(1, 3, 5),
  });
  fc.assert(
    fc.property(fc.array(control, { minLength: 1, maxLength: 8 }), (controls) => {
      const full = scoreOf(
        controls.map(({ checks, weight }) =>
          controlOf(
            checks.map((one) => one.outcome),
            weight,
          ),
        ),
        [],
      );
      const dimmed = controls.map(({ checks, weight }) =>
        controlOf(
          checks.map((one) => (one.lost ? 'unknown' : one.outcome)),
          weight,
        ),
      );
      const less = scoreOf(dimmed, []);
      if (full === null || less === null) return;
      expect(less.low).toBeLessThanOrEqual(full.low);
      expect(less.high).toBeGreaterThanOrEqual(full.high);
    }),
  );
});
