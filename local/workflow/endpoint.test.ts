import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handMade, taskState } from '../../test/workflow/machines.ts';
import type { LoopbackServer } from '../gateway/loopback-server.ts';
import { startEndpoint } from './endpoint.ts';
import { type Engine, openEngine } from './engine.ts';
import { machineArn } from './intrinsics.ts';

const credentials = { accessKeyId: 'loopback', secretAccessKey: 'a secret of this start' };
const stateMachineArn = machineArn('test-wait');
const refused = (sent: Promise<unknown>): Promise<string> =>
  sent.then(
    () => 'accepted',
    ({ name }: Error) => name,
  );
let engine: Engine;
let server: LoopbackServer;
let client: SFNClient;

beforeAll(async () => {
  const wait = { StartAt: 'Wait', States: { Wait: taskState('wait', { End: true }) } };
  engine = openEngine({ machines: handMade({ wait }, ['wait']), invoke: () => new Promise(() => {}) });
  server = await startEndpoint({ engine, credentials });
  client = new SFNClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  await engine.close();
});

describe('the unmodified SDK client', () => {
  test('starts, describes and stops an execution', async () => {
    const before = Date.now();
    const { executionArn, startDate } = await client.send(
      new StartExecutionCommand({ stateMachineArn, name: 'run-1', input: '{"runId":"r"}' }),
    );
    expect(Math.abs((startDate?.getTime() ?? 0) - before)).toBeLessThan(2_000);
    const running = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(running).toMatchObject({ status: 'RUNNING', name: 'run-1', stateMachineArn, input: '{"runId":"r"}' });
    await client.send(new StopExecutionCommand({ executionArn, error: 'Cancelled', cause: 'asked to' }));
    const stopped = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(stopped).toMatchObject({ status: 'ABORTED', error: 'Cancelled', cause: 'asked to', stopDate: expect.any(Date) });
  });

  test('gets the same execution for the same name and input, and a typed error otherwise', async () => {
    const start = (input: string) => client.send(new StartExecutionCommand({ stateMachineArn, name: 'run-2', input }));
    const [first, again] = [await start('{"a":1}'), await start('{"a":1}')];
    expect(again.executionArn).toBe(first.executionArn);
    await expect(start('{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists', $metadata: { httpStatusCode: 400 } });
  });

  test('is told by name of what is not there, and of input that is not JSON', async () => {
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:test-wait:never';
    expect([
      await refused(client.send(new DescribeExecutionCommand({ executionArn }))),
      await refused(client.send(new StartExecutionCommand({ stateMachineArn: machineArn('nope'), input: '{}' }))),
      await refused(client.send(new StartExecutionCommand({ stateMachineArn, input: 'nope' }))),
    ]).toEqual(['ExecutionDoesNotExist', 'StateMachineDoesNotExist', 'InvalidExecutionInput']);
  });

  test('is told by name that a task token is not one, or that its answer is not JSON', async () => {
    const { token } = engine.tokens.mint();
    expect([
      await refused(client.send(new SendTaskSuccessCommand({ taskToken: 'made-up', output: '{}' }))),
      await refused(client.send(new SendTaskSuccessCommand({ taskToken: token, output: '{' }))),
      await refused(client.send(new SendTaskHeartbeatCommand({ taskToken: token }))),
      await refused(client.send(new SendTaskFailureCommand({ taskToken: token, error: 'Rejected' }))),
      await refused(client.send(new SendTaskFailureCommand({ taskToken: token, error: 'Rejected' }))),
    ]).toEqual(['InvalidToken', 'InvalidOutput', 'accepted', 'accepted', 'TaskTimedOut']);
  });

  test('with another secret is refused', async () => {
    const stranger = new SFNClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'loopback', secretAccessKey: 'another' },
      maxAttempts: 1,
    });
    await expect(stranger.send(new StartExecutionCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    stranger.destroy();
  });
});
