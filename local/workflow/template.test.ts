import { describe, expect, test } from 'vitest';
import { evaluate } from './intrinsics.ts';
import { scaleDefinition } from './scale.ts';
import { readTemplates, template } from './template.ts';

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const functions = {
  Work: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: 'assay-dev-tasks-work',
      Timeout: 70,
      MemorySize: 512,
      Environment: { Variables: { DATABASE_URL: { 'Fn::Sub': 'whatever' }, LOG_LEVEL: 'info' } },
    },
    Metadata: { 'assay:function': 'tasks/work' },
  },
};
const read = (resources: object) => readTemplates([template.parse({ Resources: resources })]);

describe('templates', () => {
  test('a function is known by its folder; of its environment the names are kept', () => {
    expect(read(functions).functions).toEqual([
      {
        path: 'tasks/work',
        name: 'assay-dev-tasks-work',
        arn: 'arn:aws:lambda:us-east-1:000000000000:function:assay-dev-tasks-work',
        timeoutSeconds: 70,
        memoryMb: 512,
        environment: ['DATABASE_URL', 'LOG_LEVEL'],
      },
    ]);
  });

  test('a definition that is joined from references becomes one text', () => {
    const text = { 'Fn::Join': ['', ['{"StartAt":"A","States":{"A":{"Resource":"', arnOf('Work'), '"}}}']] };
    const machine = {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { StateMachineName: 'assay-dev-run', DefinitionString: text },
    };
    const { machines } = read({ ...functions, Machine: machine });
    expect(machines[0]?.definition).toEqual({
      StartAt: 'A',
      States: { A: { Resource: 'arn:aws:lambda:us-east-1:000000000000:function:assay-dev-tasks-work' } },
    });
  });

  test('routes lead through their integration to a function, by method and path or by key', () => {
    const target = (id: string) => ({ 'Fn::Join': ['', ['integrations/', { Ref: id }]] });
    const uri = { 'Fn::Join': ['', ['arn:aws:apigateway:::lambda:path/functions/', arnOf('Work'), '/invocations']] };
    const found = read({
      ...functions,
      Direct: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: arnOf('Work') } },
      Proxied: { Type: 'AWS::ApiGatewayV2::Integration', Properties: { IntegrationUri: uri } },
      Get: { Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: 'GET /runs/{runId}', Target: target('Direct') } },
      Connect: { Type: 'AWS::ApiGatewayV2::Route', Properties: { RouteKey: '$connect', Target: target('Proxied') } },
    });
    expect(found.httpRoutes).toEqual([{ method: 'GET', path: '/runs/{runId}', functionPath: 'tasks/work' }]);
    expect(found.webSocketRoutes).toEqual({ $connect: 'tasks/work' });
  });

  test('a version or an alias of a function is that function', () => {
    const of = (type: string) => ({ Type: type, Properties: { FunctionName: { Ref: 'Work' }, FunctionVersion: '7' } });
    const resources = template.parse({
      Resources: { ...functions, Version: of('AWS::Lambda::Version'), Alias: of('AWS::Lambda::Alias') },
    }).Resources;
    expect(evaluate([{ Ref: 'Version' }, { Ref: 'Alias' }], resources)).toEqual(
      ['', ''].map(() => 'arn:aws:lambda:us-east-1:000000000000:function:assay-dev-tasks-work'),
    );
  });

  test('rules keep their pattern or their rate', () => {
    const rule = (properties: object) => ({
      Type: 'AWS::Events::Rule',
      Properties: { ...properties, Targets: [{ Arn: arnOf('Work'), RetryPolicy: { MaximumRetryAttempts: 3 } }] },
    });
    const { rules } = read({
      ...functions,
      Ended: rule({ EventPattern: { source: ['aws.states'] } }),
      Sweep: rule({ ScheduleExpression: 'rate(2 minutes)' }),
    });
    expect(rules.map(({ trigger }) => trigger)).toEqual([
      { kind: 'pattern', pattern: { source: ['aws.states'] } },
      { kind: 'schedule', everySeconds: 120 },
    ]);
  });

  test.each([
    ['a function without a folder', { Work: { ...functions.Work, Metadata: {} } }],
    [
      'a rule for a function of nobody',
      { R: { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 hour)', Targets: [{ Arn: 'x' }] } } },
    ],
    [
      'a calendar schedule',
      {
        ...functions,
        R: {
          Type: 'AWS::Events::Rule',
          Properties: { ScheduleExpression: 'cron(0 1 * * ? *)', Targets: [{ Arn: arnOf('Work') }] },
        },
      },
    ],
    ['a machine without a name', { M: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '{}' } } }],
  ])('%s is refused', (_, resources) => {
    expect(() => read(resources)).toThrow(expect.objectContaining({ name: 'SynthesisFailed' }));
  });

  test('an intrinsic function without a meaning here is refused, one of another stack is named', () => {
    expect(() => evaluate({ 'Fn::FindInMap': ['a', 'b', 'c'] }, {})).toThrow(
      expect.objectContaining({ name: 'SynthesisFailed' }),
    );
    expect(evaluate({ a: { 'Fn::ImportValue': 'there' }, b: { Ref: 'AWS::Region' }, c: [{ Ref: 'X' }] }, {})).toEqual({
      a: '<there>',
      b: 'us-east-1',
      c: ['<X.Ref>'],
    });
  });
});

test('scaling shrinks every limit and every wait, nested ones and implied ones too, and nothing else', () => {
  const scaled = scaleDefinition(
    {
      TimeoutSeconds: 100,
      StartAt: 'A',
      States: {
        A: {
          Type: 'Task',
          TimeoutSeconds: 50,
          HeartbeatSeconds: 10,
          Parameters: { TimeoutSeconds: 7 },
          Retry: [{ ErrorEquals: ['X'] }],
        },
        B: { Type: 'Map', ItemProcessor: { StartAt: 'C', States: { C: { Type: 'Wait', Seconds: 20 } } }, MaxConcurrency: 10 },
        D: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'E',
              States: {
                E: { Type: 'Task', TimeoutSeconds: 30, Retry: [{ IntervalSeconds: 4, MaxDelaySeconds: 8, BackoffRate: 2 }] },
              },
            },
          ],
        },
      },
    },
    0.1,
  );
  expect(scaled).toEqual({
    TimeoutSeconds: 10,
    StartAt: 'A',
    States: {
      A: {
        Type: 'Task',
        TimeoutSeconds: 5,
        HeartbeatSeconds: 1,
        Parameters: { TimeoutSeconds: 7 },
        Retry: [{ ErrorEquals: ['X'], IntervalSeconds: 0.1 }],
      },
      B: { Type: 'Map', ItemProcessor: { StartAt: 'C', States: { C: { Type: 'Wait', Seconds: 2 } } }, MaxConcurrency: 10 },
      D: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'E',
            States: {
              E: { Type: 'Task', TimeoutSeconds: 3, Retry: [{ IntervalSeconds: 0.4, MaxDelaySeconds: 0.8, BackoffRate: 2 }] },
            },
          },
        ],
      },
    },
  });
});
