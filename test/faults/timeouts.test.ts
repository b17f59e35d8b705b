import { describe, expect, test, vi } from 'vitest';
import { taskFunctions } from '../../infra/functions.ts';
import { errorNames } from '../../lib/contract/errors.ts';
import { FunctionFailed } from '../../local/workflow/errors.ts';
import { type Call, hang, type Interfere } from '../support/interference.ts';
import { testStack } from '../support/stack.ts';

// The runs go side by side: they mostly wait.
vi.setConfig({ maxConcurrency: 8 });
// A minute becomes 3 s.
const { start, finish } = await testStack({ timeScale: 0.05 });

const interfering =
  (paths: readonly string[], act: (call: Call) => Promise<never>): Interfere =>
  (call, proceed) =>
    paths.includes(call.path) ? act(call) : proceed();
const hanging = (...paths: readonly string[]): Interfere => interfering(paths, hang);

/** What stands in for each task. */
const fallbacks = {
  'tasks/plan': 'tasks/plan-fallback',
  'tasks/extract': 'tasks/source-gap',
  'tasks/assess': 'tasks/assess-fallback',
  'tasks/write-section': 'tasks/section-fallback',
  'tasks/remediate': 'tasks/remediate-fallback',
  'tasks/summarise': 'tasks/summarise-fallback',
} as const;
/** Steps as the report names them. */
const steps = {
  'tasks/plan': ['plan'],
  'tasks/extract': ['extract/sample files (repository-files)'],
  'tasks/assess': ['DE', 'GV', 'ID', 'PR', 'RC', 'RS'].map((group) => `assess/${group}`),
  'tasks/write-section': ['blind-spots', 'scope-and-method', 'strengths', 'weaknesses'].map((section) => `section/${section}`),
  'tasks/remediate': ['remediate'],
  'tasks/summarise': ['summarise'],
} as const;
const tasks = Object.entries(fallbacks).map(([task, fallback]) => ({ task: task as keyof typeof fallbacks, fallback }));
const late = 'It did not finish in time.';

describe.concurrent('every task that times out', () => {
  test.for(tasks)('$task: its fallback takes over, and the report names the step and the cause', async ({ task }, { expect }) => {
    const { report } = await finish(await start({ interfere: hanging(task) }));
    expect(report.degraded.toSorted(byStep)).toEqual(steps[task].map((step) => ({ step, reason: late })));
    const isSightLost = task === 'tasks/extract';
    expect(report.run.outcome).toBe(isSightLost ? 'failed' : 'complete');
    expect(report.gaps.map(({ reason }) => reason)).toEqual(isSightLost ? [late] : []);
  });

  test.for(tasks)('$task and $fallback: the report says what is missing', async ({ task, fallback }, { expect }) => {
    const { report } = await finish(await start({ interfere: hanging(task, fallback) }));
    switch (task) {
      case 'tasks/plan':
        expect(report.degraded).toEqual([{ step: 'analysis', reason: 'It ended before it was done.' }]);
        expect(report.gaps).toEqual([expect.objectContaining({ source: 'the run', reason: 'The plan was never reached.' })]);
        break;
      case 'tasks/extract':
        expect(report.gaps).toEqual([
          expect.objectContaining({ source: 'sample files', reason: 'This source was never reached.' }),
        ]);
        break;
      default:
        expect(report.degraded.map(({ step }) => step).toSorted()).toEqual(steps[task]);
        expect(report.run.outcome).toBe('complete');
    }
    if (report.run.outcome !== 'complete') expect(report.score).toBeNull();
  });

  test('tasks/compare: the run ends without it', async ({ expect }) => {
    const { report } = await finish(await start({ interfere: hanging('tasks/compare') }));
    expect(report.run.outcome).toBe('complete');
  });

  test('tasks/finalise, on every attempt: execution-ended concludes the run', async ({ expect }) => {
    const { report } = await finish(await start({ interfere: hanging('tasks/finalise') }));
    expect(report.degraded).toEqual([{ step: 'run', reason: 'Its workflow ended before the report was made.' }]);
    expect(report.findings.length).toBeGreaterThan(0);
  });
});

/** Three attempts of 60 s each are more than the stage has. */
const slowly = ({ path }: Call): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new FunctionFailed(errorNames.transient, `${path}: try again`)), 3_000));

describe.concurrent('a report stage that times out as a whole', () => {
  test.for([
    { name: 'ReportFallback stands in', without: [] },
    { name: 'ReportFallback times out too', without: ['tasks/report-fallback'] },
  ])('$name: the report is made of the figures, and says so', async ({ without }, { expect }) => {
    const slow = interfering(['tasks/write-section'], slowly);
    const stuck = hanging(...without);
    const interfere: Interfere = (call, proceed) => slow(call, () => stuck(call, proceed));
    const { report } = await finish(await start({ interfere }));
    expect(report.degraded).toContainEqual({ step: 'report', reason: 'It ended before it was done.' });
    expect(report.sections.map(({ prose }) => prose.origin)).toEqual(Array(4).fill('fallback'));
    expect(report.findings.length).toBeGreaterThan(0);
    expect(report.run.outcome).toBe('complete');
  });
});

test('every task function is made to time out here', () => {
  // The state machines have no other but the one that waits for a person (test/approvals).
  const others = ['tasks/compare', 'tasks/finalise', 'tasks/report-fallback', 'tasks/await-approval'];
  const covered = [...Object.entries(fallbacks).flat(), ...others];
  expect(new Set(covered)).toEqual(new Set(Object.keys(taskFunctions)));
});

function byStep(a: { step: string }, b: { step: string }): number {
  return a.step < b.step ? -1 : 1;
}
