import { expect, test } from 'vitest';
import { synthesised } from '../../infra/testing.ts';
import { assessmentLines, billedMs, tokenCost, worstLambda } from './assessment.ts';
import { goals, stageNames } from './goals.ts';
import { sum } from './idle.ts';
import { measureSample } from './measure.ts';

test('one assessment of the sample costs less than two cents beside the idle stage', { timeout: 90_000 }, async () => {
  const measured = await measureSample('checks', AbortSignal.timeout(80_000));
  // Three machines, each state of theirs, and every task by its own function.
  expect(measured.executions).toBe(3);
  expect(measured.transitions).toBeGreaterThan(measured.calls.filter((call) => call.function.startsWith('tasks/')).length);
  expect(measured.metrics).toBeGreaterThan(5);
  for (const stage of stageNames.map((name) => synthesised({ stage: name }))) {
    const dollars = sum(assessmentLines(stage, measured));
    expect(dollars).toBeGreaterThan(0);
    expect(dollars).toBeLessThan(goals.assessment);
    expect(worstLambda(stage, measured)).toBeGreaterThan(0);
  }
});

test('a small function takes longer than here, a large one as long, and none longer than its limit', () => {
  expect(billedMs({ memoryMb: 512, timeoutMs: 60_000 }, 100)).toBe(346);
  expect(billedMs({ memoryMb: 3538, timeoutMs: 60_000 }, 100)).toBe(100);
  expect(billedMs({ memoryMb: 512, timeoutMs: 300 }, 100)).toBe(300);
});

test('tokens cost what a million of them costs', () => {
  expect(tokenCost({ tokens: { input: 2_000_000, output: 500_000 } }, { input: 0.25, output: 2 })).toBe(1.5);
});
