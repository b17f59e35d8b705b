import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Check, Observation, RepositoryCheck } from './check.ts';
import { population } from './cite.ts';
import { combine } from './combine.ts';
import { evaluateChecks } from './evaluate.ts';
import { repository } from './testing.ts';

const input = repository({ 'a.txt': 'text' });
const citation = population({ name: 'any', args: {} }, 1, '1 file');
const passing: Observation = { resource: 'repository', result: 'pass', reason: 'Holds', citations: [citation] };

const check = (id: string, evaluate: RepositoryCheck['evaluate']): RepositoryCheck => ({
  id,
  title: id,
  capability: 'repository-files',
  severity: 'low',
  rationale: '',
  remediation: { steps: [], effort: 'small' },
  controls: {},
  evaluate,
});

const boom = (error: unknown): never => {
  throw error;
};
const behaviours: readonly RepositoryCheck['evaluate'][] = [
  () => [passing],
  async () => [passing],
  () => boom(new RangeError('Maximum call stack size exceeded')),
  () => boom('a string'),
  () => Promise.reject(new TypeError('x is undefined')),
  () => [],
  () => [{ ...passing, citations: [] }],
];

describe('evaluateChecks', () => {
  test('answers for every check, whatever the others do, and passes only what passes', async () => {
    const behaviour = fc.nat({ max: behaviours.length - 1 });
    await fc.assert(
      fc.asyncProperty(fc.array(behaviour, { maxLength: 8 }), async (picks) => {
        const checks = picks.map((pick, index) => check(`check-${index}`, behaviours[pick] ?? (() => [])));
        const results = await evaluateChecks(checks, input);
        expect(results.map((result) => result.check.id)).toEqual(checks.map(({ id }) => id));
        results.forEach(({ observations }, index) => {
          expect(combine(observations).result).toBe((picks[index] ?? 0) < 2 ? 'pass' : 'unknown');
        });
      }),
      { numRuns: 50 },
    );
  });

  test('names the error, and no more of it', async () => {
    const [result] = await evaluateChecks([check('bad', () => boom(new RangeError('secret text')))], input);
    expect(result?.observations).toEqual([
      { resource: 'repository', result: 'unknown', reason: 'The check stopped with RangeError', citations: [] },
    ]);
  });

  test('lets the event loop turn between two checks', async () => {
    const seen: string[] = [];
    const timer = setImmediate(() => seen.push('event loop'));
    const note = (id: string): Check =>
      check(id, () => {
        seen.push(id);
        return [passing];
      });
    await evaluateChecks([note('first'), note('second')], input);
    clearImmediate(timer);
    expect(seen).toEqual(['first', 'event loop', 'second']);
  });

  test('leaves out checks that read something else', async () => {
    const history: Check = { ...check('history', () => []), capability: 'git-history', evaluate: () => [] };
    expect(await evaluateChecks([history], input)).toEqual([]);
  });
});
