import { describe, expect, test } from 'vitest';
import { taskFunctions } from '../../infra/functions.ts';
import type { Invoke } from '../../local/gateway/invoke.ts';
import { FunctionFailed, lambdaErrors } from '../../local/workflow/errors.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';
import { testStack } from '../support/stack.ts';

let hanging: ReadonlySet<string> = new Set();

const { stack, start, finish } = await testStack({
  // A minute becomes a second and a half.
  timeScale: 0.025,
  openInvoke: ({ functions }): Invoke => {
    const invoke = openInProcess({ functions });
    return (path, payload, options) => (hanging.has(path) ? hang(options.timeoutMs) : invoke(path, payload, options));
  },
});

const hang = (ms: number): Promise<never> =>
  new Promise((_, reject) =>
    setTimeout(() => reject(new FunctionFailed(lambdaErrors.timedOut, `Task timed out after ${ms} ms`)), ms),
  );

/** The fallback of each task, which must also be able to fail without taking the run along. */
const fallbacks: Readonly<Record<string, string>> = {
  'tasks/plan': 'tasks/plan-fallback',
  'tasks/extract': 'tasks/source-gap',
  'tasks/assess': 'tasks/assess-fallback',
  'tasks/write-section': 'tasks/section-fallback',
  'tasks/remediate': 'tasks/remediate-fallback',
  'tasks/summarise': 'tasks/summarise-fallback',
};
const alone = ['tasks/compare', ...Object.keys(fallbacks)];

describe('every task that times out', () => {
  test.each(alone)('%s: its fallback takes over, and the report names it', async (path) => {
    hanging = new Set([path]);
    const { report } = await finish(await start());
    expect(report.degraded.length + report.gaps.length).toBeGreaterThan(0);
    expect(report.degraded.map(({ reason }) => reason).join(' ')).toMatch(/did not finish in time|did not finish|never reached/);
    expect(report.controls).toHaveLength(106);
  });

  test.each(Object.entries(fallbacks))('%s and %s: the run still ends in a report', async (path, fallback) => {
    hanging = new Set([path, fallback]);
    const { report } = await finish(await start());
    expect(report.degraded.length + report.gaps.length).toBeGreaterThan(0);
  });

  test('tasks/finalise: execution-ended concludes the run', async () => {
    hanging = new Set(['tasks/finalise']);
    const { report } = await finish(await start());
    expect(report.degraded.map(({ step }) => step)).toContain('run');
  });

  test('every one of them is known to this test', () => {
    const covered = [...alone, ...Object.values(fallbacks), 'tasks/finalise', 'tasks/report-fallback'];
    expect(covered.sort()).toEqual(Object.keys(taskFunctions).sort());
    expect(stack.machines.timeScale).toBe(0.025);
  });
});
