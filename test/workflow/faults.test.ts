/** The synthesised machines with functions that misbehave: whatever one of them does, the run reaches its end. */
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { errorNames } from '../../lib/contract/errors.ts';
import { finaliseInput, planOutput } from '../../lib/contract/run-state.ts';
import { type LocalFunction, loadMachines, type Machines } from '../../local/workflow/definitions.ts';
import { type Engine, openEngine } from '../../local/workflow/engine.ts';
import { openEventBus } from '../../local/workflow/event-bus.ts';
import { openInProcess } from '../../local/workflow/in-process.ts';

const runId = '00000000-0000-4000-8000-000000000001';
const uuids = (count: number) =>
  Array.from({ length: count }, (_, index) => `00000000-0000-4000-8000-1${String(index).padStart(11, '0')}`);
const plan = {
  runId,
  tasks: uuids(12).map((taskId) => ({ runId, taskId })),
  groups: ['access', 'change', 'backup'].map((groupId) => ({ runId, groupId })),
};
/** Where something hangs, a minute is 120 ms; elsewhere 3 s, so that a busy machine does not look like a hanging function. */
let quick: Machines;
let calm: Machines;
beforeAll(async () => {
  [quick, calm] = [await loadMachines({ timeScale: 0.002 }), await loadMachines({ timeScale: 0.05 })];
});

type Behaviour = (path: string, event: unknown) => unknown;
const fail = (name: string) => Promise.reject(Object.assign(new Error('x'.repeat(10_000)), { name }));
const hang = () => new Promise(() => {});
const answers = (path: string): unknown =>
  path === 'tasks/plan' || path === 'tasks/plan-fallback' ? planOutput.parse(plan) : {};

interface Run {
  readonly engine: Engine;
  readonly calls: readonly { readonly path: string; readonly event: unknown }[];
  readonly events: readonly unknown[];
  readonly ended: ReturnType<Engine['ended']>;
  readonly arn: string;
}

function start(behave: Behaviour, machines: Machines = calm): Run {
  const calls: { path: string; event: unknown }[] = [];
  const invoke = openInProcess({
    functions: machines.functions,
    load: async (path) => ({
      handler: (event: unknown) => {
        calls.push({ path, event });
        return behave(path, event) ?? answers(path);
      },
    }),
  });
  const bus = openEventBus({
    machines: { ...machines, rules: machines.rules.filter(({ trigger }) => trigger.kind === 'pattern') },
    invoke,
  });
  const events: unknown[] = [];
  const engine = openEngine({
    machines,
    invoke,
    onStatusChange: (event) => {
      events.push(event);
      bus.deliver(event);
    },
  });
  const { arn } = engine.start({ machineArn: machines.runMachineArn, name: runId, input: JSON.stringify({ runId }) });
  return { engine, calls, events, ended: engine.ended(arn), arn };
}

const times = ({ calls }: Run, path: string) => calls.filter((call) => call.path === path).length;
const finalised = ({ calls }: Run) =>
  calls.filter(({ path }) => path === 'tasks/finalise').map(({ event }) => finaliseInput.strict().parse(event));

test('a run without faults calls each task as often as there is work, and no fallback', async () => {
  const run = start(() => undefined);
  expect(await run.ended).toMatchObject({ status: 'SUCCEEDED' });
  const counts = Object.fromEntries(
    calm.functions.map(({ path }) => [path, times(run, path)]).filter(([, count]) => count !== 0),
  );
  expect(counts).toEqual({
    'tasks/plan': 1,
    'tasks/extract': 12,
    'tasks/assess': 3,
    'tasks/write-section': 4,
    'tasks/remediate': 1,
    'tasks/summarise': 1,
    'tasks/compare': 1,
    'tasks/finalise': 1,
  });
  expect(finalised(run)).toEqual([{ runId }]);
});

/** What stands behind each task. */
const fallbacks: Record<string, string | null> = {
  'tasks/plan': 'tasks/plan-fallback',
  'tasks/extract': 'tasks/source-gap',
  'tasks/assess': 'tasks/assess-fallback',
  'tasks/write-section': 'tasks/section-fallback',
  'tasks/remediate': 'tasks/remediate-fallback',
  'tasks/summarise': 'tasks/summarise-fallback',
  'tasks/compare': null,
};

describe.each(Object.entries(fallbacks))('%s', (broken, fallback) => {
  test.each([
    ['hangs', hang, /^(States\.Timeout|Sandbox\.Timedout)$/],
    ['fails', () => fail(errorNames.source), /^SourceUnavailable$/],
  ])('that %s leads to its fallback, with the name of the error alone, and on to Finalise', async (_, behave, name) => {
    const run = start((path) => (path === broken ? behave() : undefined), behave === hang ? quick : calm);
    expect(await run.ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(finalised(run)).toEqual([{ runId }]);
    if (fallback === null) return;
    const told = run.calls.filter(({ path }) => path === fallback).map(({ event }) => Object(event));
    expect(told.length).toBe(times(run, broken));
    for (const event of told) expect(event).toMatchObject({ runId, errorName: expect.stringMatching(name) });
    expect(JSON.stringify(told)).not.toContain('Cause');
    expect(JSON.stringify(told)).not.toContain('xxx');
  });
});

test('one source that fails leaves the eleven others as they are', async () => {
  const [first] = plan.tasks;
  const run = start((path, event) =>
    path === 'tasks/extract' && Reflect.get(Object(event), 'taskId') === first?.taskId ? fail('SourceUnavailable') : undefined,
  );
  await run.ended;
  expect([times(run, 'tasks/extract'), times(run, 'tasks/source-gap'), times(run, 'tasks/assess')]).toEqual([12, 1, 3]);
});

test('a named transient error is tried three times before the fallback', async () => {
  const run = start((path) => (path === 'tasks/remediate' ? fail(errorNames.transient) : undefined));
  await run.ended;
  expect([times(run, 'tasks/remediate'), times(run, 'tasks/remediate-fallback')]).toEqual([3, 1]);
});

describe('when a fallback fails as well', () => {
  const sunk: Record<string, object> = {
    'tasks/plan-fallback': { runId, analysisError: 'States.TaskFailed' },
    'tasks/source-gap': { runId },
    'tasks/assess-fallback': { runId },
    'tasks/section-fallback': { runId },
    'tasks/remediate-fallback': { runId },
    'tasks/summarise-fallback': { runId },
  };
  test.each(Object.entries(sunk))('%s: the run goes on', async (fallback, expected) => {
    const broken = Object.entries(fallbacks).find(([, name]) => name === fallback)?.[0];
    const run = start((path) => (path === broken || path === fallback ? fail('Error') : undefined));
    expect(await run.ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(finalised(run)).toEqual([expected]);
  });
});

describe('every task failing at once', () => {
  const all = (functions: readonly LocalFunction[]) =>
    functions.map(({ path }) => path).filter((path) => path.startsWith('tasks/') && path !== 'tasks/finalise');

  test.each([
    ['fail', () => fail('Error')],
    ['hang', hang],
  ])('(they %s): Finalise is still reached', async (_, behave) => {
    const broken = new Set(all(calm.functions));
    const run = start((path) => (broken.has(path) ? behave() : undefined), behave === hang ? quick : calm);
    expect(await run.ended).toMatchObject({ status: 'SUCCEEDED' });
    // When all of them hang, whether the report stage outlives its own limit is a matter of milliseconds; Finalise copes with both.
    expect(finalised(run)).toMatchObject([{ runId, analysisError: 'States.TaskFailed' }]);
  });
});

describe('Finalise', () => {
  test.each([
    ['is killed once', () => fail('Runtime.ExitError'), 1, 'SUCCEEDED', 2, 0],
    ['is killed every time', () => fail('Runtime.ExitError'), 99, 'FAILED', 3, 1],
    ['fails for good', () => fail('InvalidInput'), 99, 'FAILED', 1, 1],
    ['hangs', hang, 99, 'FAILED', 3, 1],
  ])('that %s', async (_, behave, failures, status, calls, concluded) => {
    let left = failures;
    const run = start((path) => (path === 'tasks/finalise' && left-- > 0 ? behave() : undefined), quick);
    expect(await run.ended).toMatchObject({ status });
    await vi.waitFor(() => expect(times(run, 'events/execution-ended')).toBe(concluded));
    expect(times(run, 'tasks/finalise')).toBe(calls);
  });
});

describe('a run that is stopped', () => {
  test('in its analysis, by its child: what was collected is still reported', async () => {
    const run = start((path) => (path === 'tasks/extract' ? hang() : undefined));
    await vi.waitFor(() => expect(times(run, 'tasks/extract')).toBe(10));
    run.engine.stop(run.arn.replace('-run:', '-analysis:').concat('-analysis'), { error: 'Cancelled' });
    expect(await run.ended).toMatchObject({ status: 'SUCCEEDED' });
    expect(finalised(run)).toEqual([{ runId, analysisError: 'States.TaskFailed' }]);
    expect([times(run, 'tasks/assess'), times(run, 'tasks/summarise'), times(run, 'events/execution-ended')]).toEqual([0, 1, 0]);
  });

  test('in its report, by its child: the report fallback is told why', async () => {
    const run = start((path) => (path === 'tasks/write-section' ? hang() : undefined));
    await vi.waitFor(() => expect(times(run, 'tasks/write-section')).toBe(4));
    run.engine.stop(run.arn.replace('-run:', '-report:').concat('-report'));
    await run.ended;
    expect(run.calls.find(({ path }) => path === 'tasks/report-fallback')?.event).toEqual({
      runId,
      errorName: 'States.TaskFailed',
    });
    expect(finalised(run)).toEqual([{ runId, reportError: 'States.TaskFailed' }]);
  });

  test.each(['plan', 'extract', 'assess', 'write-section', 'remediate', 'summarise', 'compare', 'finalise'])(
    'as a whole in %s: the event concludes it once, children end with it, and no task starts any more',
    async (step) => {
      const run = start((path) => (path === `tasks/${step}` ? hang() : undefined));
      await vi.waitFor(() => expect(times(run, `tasks/${step}`)).toBeGreaterThan(0));
      run.engine.stop(run.arn);
      expect(await run.ended).toMatchObject({ status: 'ABORTED' });
      await vi.waitFor(() => expect(times(run, 'events/execution-ended')).toBe(1));
      const before = run.calls.length;
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(run.calls.length).toBe(before);
      const running = run.events.filter(
        (event) => Reflect.get(Object(Reflect.get(Object(event), 'detail')), 'status') === 'RUNNING',
      ).length;
      expect(run.events.length).toBe(running * 2);
      expect(run.calls.find(({ path }) => path === 'events/execution-ended')?.event).toMatchObject({
        detail: { name: runId, status: 'ABORTED' },
      });
    },
  );
});
