import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ControlStatus } from '../contract/vocabulary.ts';
import { coverageOf, coveragePercent, type ScoredControl, scoreOf } from './score.ts';

const control = (status: ControlStatus, weight = 3, category = 'a'): ScoredControl => ({ status, weight, category });
const categories = [
  { id: 'a', title: 'A' },
  { id: 'b', title: 'B' },
  { id: 'c', title: 'C' },
];

describe('scoreOf', () => {
  test('value, low and high by weight', () => {
    const controls = [
      control('satisfied', 5),
      control('not-satisfied', 3),
      control('not-assessed', 1),
      control('not-assessed', 1),
    ];
    expect(scoreOf(controls, [])).toEqual({ value: 62.5, low: 50, high: 70, byCategory: [] });
  });

  test('null when nothing was assessed: neither 100 nor 50', () => {
    expect(scoreOf([control('not-assessed'), control('not-applicable')], categories)).toBeNull();
    expect(scoreOf([], categories)).toBeNull();
  });

  test('a category in which nothing was assessed has an open interval, one that does not apply is left out', () => {
    const controls = [control('satisfied'), control('not-assessed', 3, 'b'), control('not-applicable', 3, 'c')];
    expect(scoreOf(controls, categories)?.byCategory).toEqual([
      { id: 'a', title: 'A', value: 100, low: 100, high: 100 },
      { id: 'b', title: 'B', value: null, low: 0, high: 100 },
    ]);
  });
});

const status = fc.constantFrom<ControlStatus>('satisfied', 'not-satisfied', 'not-assessed', 'not-applicable');
const anyControl = fc.record({ status, weight: fc.constantFrom(1, 3, 5), category: fc.constantFrom('a', 'b', 'c') });

describe('score properties', () => {
  test('low <= value <= high, for the whole and for every category', () => {
    fc.assert(
      fc.property(fc.array(anyControl, { maxLength: 40 }), (controls) => {
        const score = scoreOf(controls, categories);
        for (const { value, low, high } of score === null ? [] : [score, ...score.byCategory]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(100);
          expect(low).toBeLessThanOrEqual(value ?? low);
          expect(high).toBeGreaterThanOrEqual(value ?? high);
        }
      }),
    );
  });

  test('losing sight of controls never raises low and never lowers high', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyControl, fc.boolean()), { maxLength: 40 }), (pairs) => {
        const full = scoreOf(
          pairs.map(([one]) => one),
          [],
        );
        const less = scoreOf(
          pairs.map(([one, lost]) => (lost ? { ...one, status: 'not-assessed' as const } : one)),
          [],
        );
        if (full === null || less === null) return;
        expect(less.low).toBeLessThanOrEqual(full.low);
        expect(less.high).toBeGreaterThanOrEqual(full.high);
      }),
    );
  });

  test('controls that are not applicable change nothing', () => {
    fc.assert(
      fc.property(fc.array(anyControl, { maxLength: 40 }), (controls) => {
        const applicable = controls.filter((one) => one.status !== 'not-applicable');
        expect(scoreOf(applicable, categories)).toEqual(scoreOf(controls, categories));
      }),
    );
  });
});

test('coverage counts every control once, and its percentage is of the applicable ones', () => {
  const coverage = coverageOf([
    control('satisfied'),
    control('not-satisfied'),
    control('not-assessed'),
    control('not-applicable'),
  ]);
  expect(coverage).toEqual({ controls: 4, satisfied: 1, notSatisfied: 1, notAssessed: 1, notApplicable: 1 });
  expect(coveragePercent(coverage)).toBe(66);
  expect(coveragePercent(coverageOf([]))).toBe(0);
});
