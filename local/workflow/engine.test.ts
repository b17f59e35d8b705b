import { describe, expect, test, vi } from 'vitest';
import { engineOf, single, taskState } from '../../test/workflow/machines.ts';
import { machineArn } from './intrinsics.ts';
import type { JsonObject } from './json.ts';

const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'Caught' }] };
const never = () => new Promise(() => {});

describe('a task', () => {
  test('gets its payload and gives its answer', async () => {
    const { run } = engineOf({ echo: single('echo') }, { echo: (event: object) => ({ ...event, seen: true }) });
    expect(await run('echo', { a: 1 })).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1,"seen":true}' });
  });

  test('that fails is caught by the name of its error, with a Cause as Lambda gives it', async () => {
    const boom = () => {
      throw Object.assign(new Error('the source said no'), { name: 'SourceUnavailable' });
    };
    const { run } = engineOf({ boom: single('boom', catchAll) }, { boom });
    const { output = '' } = await run('boom');
    const { error } = JSON.parse(output);
    expect(error.Error).toBe('SourceUnavailable');
    expect(JSON.parse(error.Cause)).toMatchObject({ errorType: 'SourceUnavailable', errorMessage: 'the source said no' });
  });

  test('that nobody catches fails the execution under its name', async () => {
    const boom = () => Promise.reject(Object.assign(new Error('x'), { name: 'InvalidInput' }));
    const { run } = engineOf({ boom: single('boom') }, { boom });
    expect(await run('boom')).toMatchObject({ status: 'FAILED', error: 'InvalidInput' });
  });

  test('that overstays its state is caught as States.Timeout', async () => {
    // A function of 1 s in a state of 0.5 s.
    const { run } = engineOf({ slow: single('slow', { ...catchAll, TimeoutSeconds: 0.5 }) }, { slow: never }, 0.05);
    const { output = '' } = await run('slow');
    expect(JSON.parse(output).error.Error).toBe('States.Timeout');
  });

  test('that overstays its function is caught as Sandbox.Timedout', async () => {
    const { run } = engineOf({ slow: single('slow', catchAll) }, { slow: never }, 0.05);
    const { output = '' } = await run('slow');
    expect(JSON.parse(output).error.Error).toBe('Sandbox.Timedout');
  });

  test('is retried for the named errors only, as often as stated', async () => {
    const retry = { Retry: [{ ErrorEquals: ['TransientFailure'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }] };
    const fail = (name: string) => () => Promise.reject(Object.assign(new Error('x'), { name }));
    const { run, calls } = engineOf(
      { named: single('named', retry), other: single('other', retry) },
      { named: fail('TransientFailure'), other: fail('InvalidInput') },
      0.01,
    );
    await run('named');
    await run('other');
    expect(calls).toEqual(['tasks/named', 'tasks/named', 'tasks/named', 'tasks/other']);
  });

  test('over 256 KiB of answer cannot be caught, as on AWS', async () => {
    const { run } = engineOf({ big: single('big', catchAll) }, { big: () => 'x'.repeat(300_000) });
    expect(await run('big')).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
  });

  test('with an unknown resource fails instead of succeeding silently', async () => {
    const { run } = engineOf({ odd: single('odd', { Resource: 'arn:aws:states:::sns:publish' }) }, { odd: never });
    expect(await run('odd')).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });
});

test('what Step Functions would bill is counted: executions, states that were entered, retries', async () => {
  const retry = { Retry: [{ ErrorEquals: ['TransientFailure'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }] };
  const fail = () => Promise.reject(Object.assign(new Error('x'), { name: 'TransientFailure' }));
  const { engine, run } = engineOf(
    { retried: single('retried', retry), once: single('once') },
    { retried: fail, once: () => 1 },
    0.01,
  );
  await run('once');
  await run('retried');
  await vi.waitFor(() => expect(engine.counts()).toEqual({ executions: 2, transitions: 1 + 1 + 2 }));
});

describe('a Map', () => {
  test('runs every item, no more at once than stated, and one failure does not sink its siblings', async () => {
    let now = 0;
    let most = 0;
    const item = async ({ n }: { n: number }) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      if (n === 2) throw new Error('two');
      return n;
    };
    const map: JsonObject = {
      StartAt: 'All',
      States: {
        All: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemSelector: { 'n.$': '$$.Map.Item.Value', 'run.$': '$$.Execution.Name' },
          MaxConcurrency: 3,
          ItemProcessor: {
            StartAt: 'Item',
            States: {
              Item: taskState('item', { End: true, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Missing' }] }),
              Missing: { Type: 'Pass', Result: 'missing', End: true },
            },
          },
          End: true,
        },
      },
    };
    const { run } = engineOf({ map }, { item });
    const { output } = await run('map', { items: [0, 1, 2, 3, 4, 5, 6, 7] });
    expect(output).toBe('[0,1,"missing",3,4,5,6,7]');
    expect(most).toBe(3);
  });
});

describe('an execution', () => {
  test('past its own timeout ends as TIMED_OUT, whatever its states catch', async () => {
    const definition = { ...single('slow', { ...catchAll, TimeoutSeconds: 900 }), TimeoutSeconds: 1 };
    const { run } = engineOf({ slow: definition }, { slow: () => new Promise((resolve) => setTimeout(resolve, 200)) }, 0.05);
    expect(await run('slow')).toMatchObject({ status: 'TIMED_OUT', error: 'States.Timeout' });
  });

  test('that is stopped while it waits to retry starts nothing more', async () => {
    const retry = { Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 30 }] };
    const { engine, run, calls, events } = engineOf(
      { flaky: single('flaky', retry) },
      { flaky: () => Promise.reject(new Error('x')) },
    );
    const ended = run('flaky');
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    engine.stop('arn:aws:states:us-east-1:000000000000:execution:test-flaky:one');
    await ended;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toHaveLength(1);
    expect(events.map(({ detail }) => detail.status)).toEqual(['RUNNING', 'ABORTED']);
  });

  test('starts once for a name and input; another input, or an ended one, is refused', async () => {
    const { engine, run, calls } = engineOf(
      { slow: single('slow') },
      { slow: () => new Promise((resolve) => setTimeout(resolve, 30)) },
    );
    const first = run('slow', { a: 1 });
    const again = engine.start({ machineArn: machineArn('test-slow'), name: 'one', input: '{"a":1}' });
    expect(() => engine.start({ machineArn: machineArn('test-slow'), name: 'one', input: '{"a":2}' })).toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
    expect((await first).arn).toBe(again.arn);
    expect(() => engine.start({ machineArn: machineArn('test-slow'), name: 'one', input: '{"a":1}' })).toThrow(
      expect.objectContaining({ name: 'ExecutionAlreadyExists' }),
    );
    expect(calls).toHaveLength(1);
  });

  test('refuses a name, an input or a machine that AWS would refuse', () => {
    const { engine } = engineOf({ slow: single('slow') }, { slow: never });
    const start = (name: string, input: string, machine = 'test-slow') => {
      try {
        engine.start({ machineArn: machineArn(machine), name, input });
        return 'started';
      } catch (error) {
        return error instanceof Error ? error.name : '';
      }
    };
    expect([start('a b', '{}'), start('x'.repeat(81), '{}'), start('a', '{'), start('a', '{}', 'nope')]).toEqual([
      'InvalidName',
      'InvalidName',
      'InvalidExecutionInput',
      'StateMachineDoesNotExist',
    ]);
  });

  test('tells its status in the shape of an EventBridge event', async () => {
    const { run, events } = engineOf({ boom: single('boom') }, { boom: () => Promise.reject(new Error('x')) });
    await run('boom');
    expect(events.at(-1)).toMatchObject({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail: { name: 'one', status: 'FAILED', stateMachineArn: machineArn('test-boom'), input: '{}' },
    });
  });
});

describe('a task token', () => {
  const waiting: JsonObject = {
    StartAt: 'Ask',
    States: {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
        TimeoutSeconds: 10,
        Parameters: {
          FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:test-ask',
          Payload: { 'token.$': '$$.Task.Token' },
        },
        End: true,
      },
    },
  };

  test('is minted per entry, answers the state, and is dead afterwards', async () => {
    const tokens: string[] = [];
    const { engine, run } = engineOf({ waiting }, { ask: ({ token }: { token: string }) => tokens.push(token) });
    const [first, second] = [run('waiting', {}, 'first'), run('waiting', {}, 'second')];
    await vi.waitFor(() => expect(new Set(tokens).size).toBe(2));
    engine.tokens.succeed(tokens[0] ?? '', { approved: true });
    engine.tokens.fail(tokens[1] ?? '', 'Rejected', 'no');
    expect([await first, await second]).toMatchObject([
      { status: 'SUCCEEDED', output: '{"approved":true}' },
      { status: 'FAILED', error: 'Rejected', cause: 'no' },
    ]);
    expect(() => engine.tokens.heartbeat(tokens[0] ?? '')).toThrow(expect.objectContaining({ name: 'TaskTimedOut' }));
    expect(() => engine.tokens.succeed('made up', {})).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
  });
});
