import { describe, expect, test } from 'vitest';
import { specs } from './functions.ts';
import { at, functionPath, type Stage, type Statement, statements, synthesised } from './testing.ts';

const dev = synthesised({ stage: 'dev' });
const prod = synthesised({ stage: 'prod' });
const found = [dev, prod].flatMap(statements);
const allowing = (action: RegExp): readonly Statement[] =>
  found.filter(({ effect, actions }) => effect === 'Allow' && actions.some((name) => action.test(name)));
/** `TasksExtractRoleDefaultPolicy1A2B3C4D` belongs to tasks/extract. */
const holders = (of: readonly Statement[]): Set<string> => new Set(of.map(({ holder }) => pathOf(holder)));
const pathOf = (holder: string): string =>
  Object.keys(specs).find((path) =>
    holder.startsWith(`${path.replaceAll(/(^|[/-])(\w)/g, (_, _gap, letter: string) => letter.toUpperCase())}Role`),
  ) ?? holder;

describe('permissions', () => {
  test('name their actions one by one', () => {
    expect(found.length).toBeGreaterThan(100);
    expect(found.flatMap(({ actions }) => actions).filter((action) => action.includes('*'))).toEqual([]);
  });

  test('name their resources, but for what has none', () => {
    const everywhere = found.filter(({ effect, resources }) => effect === 'Allow' && resources.includes('*'));
    const actions = new Set(
      everywhere.flatMap((statement) => statement.actions.map((action) => action.replace(/^(ec2|logs|xray):.*/, '$1'))),
    );
    // Interfaces that are not made yet, delivery of a state machine's log, traces.
    expect(actions).toEqual(new Set(['ec2', 'logs', 'xray']));
    const interfaces = everywhere.filter(({ actions: [first] }) => first?.startsWith('ec2:'));
    expect(interfaces.map(({ holder }) => holder.replace(/[0-9A-F]{8}$/, ''))).toEqual(interfaces.map(() => 'NetworkInterfaces'));
    expect(found.filter(({ effect }) => effect === 'Deny').map(({ actions: denied }) => denied)).toEqual(
      interfaces.map(({ actions: allowed }) => allowed),
    );
  });

  test('to keys are as narrow as what is done with them', () => {
    expect(holders(allowing(/^kms:Sign$/))).toEqual(new Set(['tasks/finalise', 'events/execution-ended', 'events/sweep']));
    expect(holders(allowing(/^kms:GenerateDataKey$/))).toEqual(
      new Set(['tasks/extract', 'tasks/await-approval', 'api/connections']),
    );
    expect(holders(allowing(/^kms:Decrypt$/))).toEqual(
      new Set(['tasks/extract', 'api/connections', 'ws/message', 'api/approvals']),
    );
    expect(allowing(/^kms:(?!Sign$|GenerateDataKey$|Decrypt$)/)).toEqual([]);
  });

  test('to reports: one reads, two erase, what concludes a run writes', () => {
    expect(holders(allowing(/^s3:GetObject$/))).toEqual(new Set(['api/reports']));
    expect(holders(allowing(/^s3:PutObject$/))).toEqual(new Set(['tasks/finalise', 'events/execution-ended', 'events/sweep']));
  });

  test('to change tables are the migration’s alone', () => {
    const owner = allowing(/^rds-db:connect$/).filter(({ resources }) => JSON.stringify(resources).includes('owneruserarn'));
    expect(holders(owner)).toEqual(new Set(['deploy/migrate']));
    const proxies = allowing(/^rds-db:connect$/).filter(({ holder }) => holder.startsWith('DatabaseProxy'));
    expect(proxies.map(({ resources }) => JSON.stringify(resources))).toEqual([expect.stringMatching(/\/assay_app"/)]);
  });

  test('to start, stop and answer runs are those of the functions that do', () => {
    expect(holders(allowing(/^states:StopExecution$/))).toContain('api/runs');
    expect(holders(allowing(/^states:SendTaskSuccess$/))).toEqual(
      new Set(['tasks/await-approval', 'ws/message', 'api/approvals']),
    );
  });

  test('of a state machine are to call its own tasks, in every version', () => {
    const invoking = allowing(/^lambda:InvokeFunction$/).filter(({ holder }) =>
      /^Workflow(Run|Analysis|Report)Machine/.test(holder),
    );
    const tasksOf = (machine: string) =>
      new Set(
        invoking
          .filter(({ holder }) => holder.startsWith(`Workflow${machine}Machine`))
          .flatMap(({ resources }) =>
            [...JSON.stringify(resources).matchAll(/"(Tasks[A-Za-z]+)[0-9A-F]{8}","Arn"\]},":\*"/g)].map(([, name]) => name),
          ),
      );
    expect([tasksOf('Run').size, tasksOf('Analysis').size, tasksOf('Report').size]).toEqual([3, 7, 6]);
    expect([...tasksOf('Run')]).not.toContain('TasksPlan');
  });
});

describe('secrets', () => {
  test('stand in no template: the one there is, is a reference', () => {
    for (const stage of [dev, prod]) {
      expect(stage.text()).not.toMatch(/MasterUserPassword|:\/\/[^"/@]+:[^"/@]+@|AKIA[0-9A-Z]{16}|-----BEGIN|\bsk-/);
      const variables = stage
        .ofType('AWS::Lambda::Function')
        .flatMap((fn) => Object.entries(Object(at(fn, 'Environment.Variables'))));
      const secret = variables.filter(([name]) => /KEY$|SECRET|PASSWORD|TOKEN/.test(name));
      expect(secret.filter(([, value]) => !JSON.stringify(value).includes('{{resolve:secretsmanager:'))).toEqual([]);
    }
  });

  test('are given to functions that use the model, and where there is no model nobody asks for one', () => {
    const withKey = (stage: Stage) =>
      stage.ofType('AWS::Lambda::Function').filter((fn) => at(fn, 'Environment.Variables.OPENAI_API_KEY'));
    const users = Object.entries(specs).filter(([, { uses }]) => uses.includes('model'));
    expect(withKey(dev).map(functionPath).toSorted()).toEqual(users.map(([path]) => path).toSorted());
    expect(synthesised({ stage: 'dev', context: { model: '' } }).text()).not.toContain('secretsmanager');
  });
});
