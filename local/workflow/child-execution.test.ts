import { describe, expect, test, vi } from 'vitest';
import { engineOf, single, taskState } from '../../test/workflow/machines.ts';
import { machineArn } from './intrinsics.ts';
import type { JsonObject } from './json.ts';

const never = () => new Promise(() => {});

describe('a nested execution', () => {
  const nested = (more: JsonObject = {}): JsonObject => ({
    StartAt: 'Child',
    States: {
      Child: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        TimeoutSeconds: 60,
        Parameters: {
          StateMachineArn: machineArn('test-child'),
          'Name.$': "States.Format('{}-child', $.id)",
          Input: { 'id.$': '$.id', 'parent.$': '$$.Execution.Id' },
        },
        ResultPath: '$.child',
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'After' }],
        Next: 'After',
        ...more,
      },
      After: taskState('after', { End: true }),
    },
  });
  const after = (state: unknown) => state;

  test('gives its parsed output to the parent', async () => {
    const { run } = engineOf({ outer: nested(), child: single('work') }, { work: (event: object) => event, after });
    const { output = '' } = await run('outer', { id: 'r1' });
    expect(JSON.parse(output).child).toMatchObject({
      Name: 'r1-child',
      Status: 'SUCCEEDED',
      Output: { id: 'r1', parent: 'arn:aws:states:us-east-1:000000000000:execution:test-outer:one' },
    });
  });

  test('that fails is caught as States.TaskFailed, and the parent goes on', async () => {
    const { run } = engineOf({ outer: nested(), child: single('work') }, { work: () => Promise.reject(new Error('x')), after });
    const { status, output = '' } = await run('outer', { id: 'r1' });
    expect([status, JSON.parse(output).error.Error]).toEqual(['SUCCEEDED', 'States.TaskFailed']);
  });

  test('that is stopped lets the parent go on', async () => {
    const { engine, run, calls } = engineOf({ outer: nested(), child: single('work') }, { work: never, after });
    const ended = run('outer', { id: 'r1' });
    await vi.waitFor(() => expect(calls).toContain('tasks/work'));
    engine.stop('arn:aws:states:us-east-1:000000000000:execution:test-child:r1-child', { error: 'Cancelled' });
    const { status, output = '' } = await ended;
    expect([status, JSON.parse(JSON.parse(output).error.Cause)]).toMatchObject([
      'SUCCEEDED',
      { Status: 'ABORTED', Error: 'Cancelled' },
    ]);
  });

  test('is stopped with its parent, and with the state that waits for it', async () => {
    const { engine, run, calls } = engineOf(
      { outer: nested(), brief: nested({ TimeoutSeconds: 0.5 }), child: single('work', { TimeoutSeconds: 50 }) },
      { work: never, after },
      // The function itself has a second: the state is left well before.
      0.3,
    );
    const ended = run('outer', { id: 'a' });
    await vi.waitFor(() => expect(calls).toHaveLength(1));
    engine.stop('arn:aws:states:us-east-1:000000000000:execution:test-outer:one');
    expect(await ended).toMatchObject({ status: 'ABORTED' });
    const child = (name: string) => engine.describe(`arn:aws:states:us-east-1:000000000000:execution:test-child:${name}`).status;
    expect(child('a-child')).toBe('ABORTED');
    const { output = '' } = await run('brief', { id: 'b' });
    expect(JSON.parse(output).error.Error).toBe('States.Timeout');
    expect(child('b-child')).toBe('ABORTED');
  });
});
