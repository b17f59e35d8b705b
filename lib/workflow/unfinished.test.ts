import { describe, expect, test } from 'vitest';
import { sampleRun, step } from '../report/testing.ts';
import { reportedSteps } from './unfinished.ts';

const sample = sampleRun();
const cancelled = { ...sample, run: { ...sample.run, cancelRequestedAt: new Date() } };
const beside = (data: typeof sample, stages: Parameters<typeof reportedSteps>[1]) =>
  reportedSteps(data, stages)
    .filter((row) => !data.steps.includes(row))
    .map(({ name, item, reason }) => [name, item, reason]);

describe('the steps that a report names', () => {
  test('a run that went well has none beside its rows', () => {
    expect(beside(sample, {})).toEqual([]);
  });

  test('a stage that failed as a whole is named with its cause, and not each of its steps', () => {
    const bare = { ...sample, steps: [step('plan')] };
    expect(beside(bare, { analysisError: 'States.Timeout', reportError: 'States.TaskFailed' })).toEqual([
      ['analysis', '', 'It did not finish in time.'],
      ['report', '', 'It ended before it was done.'],
    ]);
    expect(beside(bare, { runError: 'NeverStarted' })).toEqual([['run', '', 'It was asked for but never started.']]);
  });

  test('a step that neither a task nor its fallback began is named', () => {
    const without = { ...sample, steps: sample.steps.filter(({ name, item }) => item !== 'PR' && name !== 'remediate') };
    expect(beside(without, {})).toEqual([
      ['assess', 'PR', 'It never began; the verdicts are those of the checks.'],
      ['remediate', '', 'It never began; what to do is what the checks say.'],
    ]);
  });

  test('where the run was cancelled, that is the cause', () => {
    const running = { ...cancelled, steps: [step('remediate'), step('extract', 'x', { status: 'running' })] };
    expect(beside(running, { analysisError: 'States.TaskFailed' })).toEqual([
      ['extract', 'x', 'It was under way when the run was cancelled.'],
      ['analysis', '', 'The run was cancelled.'],
    ]);
  });
});
