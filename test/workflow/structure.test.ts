import { beforeAll, describe, expect, test } from 'vitest';
import * as timing from '../../infra/workflow/timing.ts';
import { retriedErrors, throttledError } from '../../lib/contract/errors.ts';
import { awaitApprovalInput, extractFallbackInput, sectionInput } from '../../lib/contract/run-state.ts';
import { LIMIT_WITH_APPROVALS_MS } from '../../lib/workflow/run-start.ts';
import { loadMachines, type Machines } from '../../local/workflow/definitions.ts';

interface State {
  readonly Type: string;
  readonly [field: string]: unknown;
}
interface Found {
  readonly machine: string;
  readonly machineTimeout: number;
  readonly name: string;
  readonly state: State;
}

let machines: Machines;
let states: readonly Found[];
const tasks = () => states.filter(({ state }) => state.Type === 'Task');

beforeAll(async () => {
  machines = await loadMachines();
  states = machines.machines.flatMap(({ name, definition }) => {
    const machineTimeout = Number(definition.TimeoutSeconds);
    const collect = (inner: object): Found[] =>
      Object.entries<State>(Reflect.get(inner, 'States')).flatMap(([stateName, state]) => [
        { machine: name.replace('assay-dev-', ''), machineTimeout, name: stateName, state },
        ...[state['ItemProcessor'], ...list(state['Branches'])].flatMap((nested) => (isObject(nested) ? collect(nested) : [])),
      ]);
    return collect(definition);
  });
});

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => JSON.stringify(value);
const functionOf = ({ Resource: resource, Parameters: sent }: State) => {
  const called = text(resource).includes('waitForTaskToken') ? Reflect.get(Object(sent), 'FunctionName') : resource;
  return machines.functions.find(({ arn }) => arn === called);
};

describe('every task', () => {
  test('exists: three machines with 7, 6 and 5 of them', () => {
    expect(machines.machines.map(({ tasks: own }) => own.length).sort()).toEqual([5, 6, 7]);
  });

  test('has a timeout below its machine, above its function', () => {
    const wrong = tasks().filter(({ state, machineTimeout }) => {
      const seconds = Number(state['TimeoutSeconds']);
      const own = functionOf(state);
      return !(seconds < machineTimeout) || (own !== undefined && !(own.timeoutMs / 1_000 < seconds));
    });
    expect(wrong).toEqual([]);
  });

  test('catches everything', () => {
    const catching = ({ state }: Found) => list(state['Catch']).some((entry) => text(entry).includes('"States.ALL"'));
    expect(tasks().filter((task) => !catching(task))).toEqual([]);
  });

  test('that calls a function waits for an instance, retries the named transient errors, and nothing hidden', () => {
    const calls = tasks().filter(({ state }) => functionOf(state) !== undefined);
    expect(calls.length).toBe(16);
    for (const { name, state } of calls) {
      const expected =
        name === 'Finalise' ? [...retriedErrors, 'Sandbox.Timedout', 'Runtime.ExitError', 'States.Timeout'] : [...retriedErrors];
      expect([name, list(state['Retry']).map((entry) => Reflect.get(Object(entry), 'ErrorEquals'))]).toEqual([
        name,
        [[throttledError], expected],
      ]);
    }
  });

  test('calls a function of its own, and every task function is called', () => {
    const called = tasks().flatMap(({ state }) => functionOf(state)?.path ?? []);
    const known = machines.functions.filter(({ path }) => path.startsWith('tasks/')).map(({ path }) => path);
    expect(called.toSorted()).toEqual(known.toSorted());
  });
});

describe('what travels', () => {
  const allowed =
    /^(\$\.(runId|taskId|groupId|approvalId|error\.Error|reportError)|\$\$\.Execution\.Id|States\.Format\('\{\}-(analysis|report)', \$\.runId\))$/;

  test('into a function is ids and the name of an error', () => {
    const sent = tasks().flatMap(({ name, state }) => {
      const fields = text(state['Parameters'] ?? {}).matchAll(/"[^"]+\.\$":"([^"]+)"/g);
      return [...fields].map(([, path]) => `${name} ${path}`);
    });
    expect(sent.length).toBeGreaterThan(20);
    expect(sent.filter((entry) => !allowed.test(entry.slice(entry.indexOf(' ') + 1)) && !entry.endsWith('$.sectionId'))).toEqual(
      [],
    );
  });

  test('out of an iteration is nothing: 40 answers or Causes must not add up', () => {
    const inner = states
      .filter(({ state }) => state.Type === 'Map')
      .flatMap(({ state }) => Object.values(Object(Reflect.get(Object(state['ItemProcessor']), 'States'))));
    const ends = inner.filter((state): state is State => isObject(state) && Reflect.get(state, 'End') === true);
    expect(ends.length).toBeGreaterThan(5);
    for (const state of ends) expect(state.Type === 'Pass' ? state['Result'] : state['ResultSelector']).toEqual({});
  });

  test('fits the schemas that the functions parse', () => {
    const parameters = (name: string) =>
      Object.keys(Object(states.find((found) => found.name === name)?.state['Parameters'])).map((key) => key.replace('.$', ''));
    expect(new Set(parameters('SourceGap'))).toEqual(new Set(Object.keys(extractFallbackInput.shape)));
    const waits = Object(states.find(({ name }) => name === 'AwaitApproval')?.state['Parameters']);
    const payload = Object.keys(Object(Reflect.get(waits, 'Payload'))).map((key) => key.replace('.$', ''));
    expect(new Set(payload)).toEqual(new Set(Object.keys(awaitApprovalInput.shape)));
    expect(new Set(parameters('WriteSection'))).toEqual(new Set(Object.keys(sectionInput.shape)));
    const chosen = Object(states.find(({ name }) => name === 'ChooseSections')?.state['Parameters']);
    expect(Reflect.get(chosen, 'sections')).toEqual(sectionInput.shape.sectionId.options);
  });
});

describe('the machines', () => {
  test('use no feature that the local runtime would ignore silently', () => {
    const whole = text(machines.machines.map(({ definition }) => definition));
    expect(whole).not.toMatch(/QueryLanguage|JSONata|"Assign"|DISTRIBUTED|HeartbeatSeconds|\$\$\.State\b/);
    expect(whole).toContain('"Mode":"INLINE"');
  });

  test('nest in time: stages 180 s for the report, children shorter than the state that waits for them', () => {
    expect(timing.stages.report).toEqual({ machine: 175, state: 180 });
    expect(timing.stages.analysis.machine).toBeLessThan(timing.stages.analysis.state);
    const { tasks: limits } = timing;
    const parts =
      timing.stages.analysis.state +
      timing.stages.report.state +
      limits.reportFallback.state +
      limits.compare.state +
      limits.finalise.state;
    expect(timing.runMachine).toBeGreaterThan(parts);
    expect(timing.runMachine * 1000).toBeLessThan(LIMIT_WITH_APPROVALS_MS);
  });

  test('run at most ten items at once', () => {
    const maps = states.filter(({ state }) => state.Type === 'Map');
    expect(maps.map(({ name, state }) => [name, state['MaxConcurrency']])).toEqual(maps.map(({ name }) => [name, 10]));
    expect(maps).toHaveLength(3);
  });

  test('name their children after the run, so that cancelling finds them', () => {
    const names = tasks().flatMap(({ state }) =>
      [...text(state['Parameters'] ?? {}).matchAll(/"Name\.\$":"([^"]+)"/g)].map(([, name]) => name),
    );
    expect(names).toEqual(["States.Format('{}-analysis', $.runId)", "States.Format('{}-report', $.runId)"]);
  });
});

describe('the rules', () => {
  test('conclude what the outer machine left, and only that one; and sweep every two minutes', () => {
    expect(machines.rules.map(({ functionPath, trigger }) => [functionPath, trigger])).toEqual([
      [
        'events/execution-ended',
        {
          kind: 'pattern',
          pattern: {
            source: ['aws.states'],
            'detail-type': ['Step Functions Execution Status Change'],
            detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [machines.runMachineArn] },
          },
        },
      ],
      ['events/sweep', { kind: 'schedule', everySeconds: 120 }],
    ]);
  });
});
