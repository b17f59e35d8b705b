import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CheckOutcome, Observation } from './check.ts';
import { combine } from './combine.ts';

const observed = (resource: string, result: CheckOutcome): Observation => ({
  resource,
  result,
  reason: `${resource} ${result}`,
  citations: [],
});
const outcome = fc.constantFrom<CheckOutcome>('pass', 'fail', 'not-applicable', 'unknown');
const observations = fc
  .array(fc.tuple(fc.string(), outcome))
  .map((pairs) => pairs.map(([name, result]) => observed(name, result)));

describe('combine', () => {
  test('a fail fails, what is not known is not a pass, and a pass needs a pass', () => {
    fc.assert(
      fc.property(observations, (list) => {
        const has = (result: CheckOutcome): boolean => list.some((one) => one.result === result);
        const { result, reason } = combine(list);
        expect(result === 'fail').toBe(has('fail'));
        expect(result === 'pass').toBe(has('pass') && !has('fail') && !has('unknown'));
        expect(result === 'not-applicable').toBe(list.length > 0 && list.every((one) => one.result === 'not-applicable'));
        expect(reason).not.toBe('');
      }),
    );
  });

  test('does not depend on the order', () => {
    fc.assert(
      fc.property(observations, (list) => {
        expect(combine([...list].reverse()).result).toBe(combine(list).result);
      }),
    );
  });

  test('of things of which only those that decide are named, no total is given', () => {
    const { reason } = combine([observed('www', 'fail'), observed('logs', 'fail')], 'records');
    expect(reason).toBe('Does not hold for 2 records: www, logs');
  });

  test('nothing observed is nothing known', () => {
    expect(combine([])).toEqual({ result: 'unknown', reason: 'Nothing was observed' });
  });

  test('counts what applies and names what decides', () => {
    const list = [
      ...['a', 'b', 'c', 'd'].map((name) => observed(`.github/workflows/${name}.yml`, 'fail')),
      observed('.github/workflows/e.yml', 'pass'),
      observed('.github/workflows/f.yml', 'not-applicable'),
    ];
    expect(combine(list).reason).toBe(
      'Does not hold for 4 of 5 workflow files: .github/workflows/a.yml, .github/workflows/b.yml, .github/workflows/c.yml and 1 more',
    );
    expect(combine(list.slice(4)).reason).toBe('.github/workflows/e.yml pass');
    expect(combine([observed('.github/workflows/a.yml#x', 'pass'), observed('.github/workflows/a.yml#y', 'pass')]).reason).toBe(
      'Holds for 2 of 2 jobs',
    );
    expect(combine([observed('a.yml', 'pass'), observed('Dockerfile', 'unknown')]).reason).toBe(
      'Could not be judged for 1 of 2 files: Dockerfile',
    );
  });
});
