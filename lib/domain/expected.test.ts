import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concurrency } from '../../infra/workflow/timing.ts';
import { runMode } from '../contract/vocabulary.ts';
import { expectedEnd, remainingMs, stageOfStep, stagesAhead, WAVE } from './expected.ts';

const mode = fc.constantFrom(...runMode.options);
const items = fc.record({ tasks: fc.integer({ min: 0, max: 40 }), groups: fc.integer({ min: 1, max: 40 }) });
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 12) + seconds * 1000);
const step = (name: string, from: number, to: number | null = null) => ({
  name,
  startedAt: at(from),
  finishedAt: to === null ? null : at(to),
});

describe('what remains of a run', () => {
  test('gets less from stage to stage, and is never nothing', () => {
    fc.assert(
      fc.property(mode, items, (how, left) => {
        const remaining = stagesAhead.map((stage) => remainingMs(how, stage, left));
        expect(remaining).toEqual([...remaining].sort((a, b) => b - a));
        expect(Math.min(...remaining)).toBeGreaterThan(0);
      }),
    );
  });

  test('is never less with a model than without, nor for more items', () => {
    fc.assert(
      fc.property(mode, items, fc.constantFrom(...stagesAhead), fc.nat(40), fc.nat(40), (how, left, stage, tasks, groups) => {
        const more = { tasks: left.tasks + tasks, groups: left.groups + groups };
        expect(remainingMs(how, stage, more)).toBeGreaterThanOrEqual(remainingMs(how, stage, left));
        expect(remainingMs('model', stage, left)).toBeGreaterThanOrEqual(remainingMs('checks', stage, left));
      }),
    );
  });

  test('counts items by waves of as many as run at once', () => {
    const of = (tasks: number) => remainingMs('model', 'extract', { tasks, groups: 6 });
    expect([of(1), of(WAVE)]).toEqual([52_000, 52_000]);
    expect(of(WAVE + 1) - of(WAVE)).toBe(25_000);
    expect(WAVE).toBe(concurrency);
  });
});

describe('the end that rows tell', () => {
  test('is unknown until there is a plan', () => {
    expect(expectedEnd('model', [], { tasks: 0, groups: 6 })).toBeNull();
    expect(expectedEnd('model', [step('plan', 0)], { tasks: 0, groups: 6 })).toBeNull();
  });

  test('lies as far from the beginning of the newest stage as the stream says', () => {
    fc.assert(
      fc.property(mode, items, fc.constantFrom(...stagesAhead.slice(1)), (how, all, newest) => {
        const names = ['extract', 'assess', 'section', 'remediate', 'summarise', 'compare'];
        const upTo = names.findIndex((name) => stageOfStep(name) === newest) + 1;
        const steps = [step('plan', 0, 1), ...names.slice(0, upTo).map((name, i) => step(name, 10 * (i + 1)))];
        expect(expectedEnd(how, steps, all)).toEqual(new Date(at(10 * upTo).getTime() + remainingMs(how, newest, all)));
      }),
    );
  });

  test('moves with each wave of groups, not with each group', () => {
    const all = { tasks: 1, groups: 25 };
    const afterGroups = (count: number) =>
      expectedEnd('model', [step('plan', 0, 1), ...Array.from({ length: count }, (_, i) => step('assess', 10 + i))], all);
    expect(afterGroups(1)).toEqual(at(10 + 3 * 9 + 18));
    expect(afterGroups(10)).toEqual(afterGroups(1));
    expect(afterGroups(11)).toEqual(at(20 + 2 * 9 + 18));
  });
});
