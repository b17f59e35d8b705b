/** How new code and new tables reach those who use them. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { afterAll, describe, expect, test } from 'vitest';
import { makeApp } from './assembly.ts';
import { Migrations } from './constructs/migrations.ts';
import { at, functionPath, synthesised } from './testing.ts';

const made = mkdtempSync(join(tmpdir(), 'assay-releases-'));
const dev = synthesised({ stage: 'dev' });
const prod = synthesised({ stage: 'prod' });
afterAll(() => rmSync(made, { recursive: true }));
const text = (value: unknown): string => JSON.stringify(value ?? null);

describe('code', () => {
  test('is called through an alias by everybody but the state machines', () => {
    for (const stage of [dev, prod]) {
      const called = [
        ...stage.ofType('AWS::ApiGatewayV2::Integration').map((found) => text(at(found, 'IntegrationUri'))),
        ...stage.ofType('AWS::Events::Rule').map((found) => text(at(found, 'Targets'))),
      ];
      expect(called.length).toBeGreaterThan(10);
      expect(called.filter((target) => !target.includes('Live'))).toEqual([]);
    }
  });

  test('of a run that is under way stays: machines name versions, and those are kept', () => {
    for (const stage of [dev, prod]) {
      const definitions = stage.ofType('AWS::StepFunctions::StateMachine').map((found) => text(at(found, 'DefinitionString')));
      const named = definitions.flatMap((definition) => [...definition.matchAll(/\{"Ref":"(Tasks\w+)"\}/g)].map(([, id]) => id));
      const tasks = stage.ofType('AWS::Lambda::Function').filter((found) => functionPath(found).startsWith('tasks/'));
      expect(new Set(named).size).toBe(tasks.length);
      expect(definitions.join('')).not.toMatch(/\{"Fn::GetAtt":\["Tasks/);
      const versions = stage.ofType('AWS::Lambda::Version');
      expect(versions.filter(({ deletionPolicy }) => deletionPolicy !== 'Retain')).toEqual([]);
      expect(versions.map(({ id }) => id)).toEqual(expect.arrayContaining(named));
    }
  });

  test('comes to production by a tenth first, and goes back when it fails', () => {
    const aliases = prod.ofType('AWS::Lambda::Alias');
    expect(aliases.length).toBe(dev.ofType('AWS::Lambda::Alias').length);
    expect(aliases.filter(({ updatePolicy }) => !text(updatePolicy).includes('CodeDeployLambdaAliasUpdate'))).toEqual([]);
    const groups = prod.ofType('AWS::CodeDeploy::DeploymentGroup');
    expect(groups.length).toBe(aliases.length);
    for (const group of groups) {
      expect(at(group, 'DeploymentConfigName')).toBe('CodeDeployDefault.LambdaCanary10Percent5Minutes');
      expect(at(group, 'AutoRollbackConfiguration')).toMatchObject({
        Enabled: true,
        Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_FAILURE']),
      });
      const watched = text(at(group, 'AlarmConfiguration.Alarms'));
      expect(watched).toContain('LiveErrors');
      expect(watched.includes('HttpServerErrors')).toBe(group.id.startsWith('Api'));
    }
    expect(dev.ofType('AWS::CodeDeploy::DeploymentGroup')).toEqual([]);
  });
});

describe('migrations', () => {
  test('run again when, and only when, a file of theirs has changed', () => {
    const sql = join(made, 'migrations', '1_one');
    cpSync('prisma/migrations', join(made, 'migrations'), { recursive: true });
    const before = digestOf(join(made, 'migrations'));
    expect(digestOf(join(made, 'migrations'))).toBe(before);
    cpSync(join('prisma/migrations', readdirSync('prisma/migrations')[0] ?? ''), sql, { recursive: true });
    const added = digestOf(join(made, 'migrations'));
    writeFileSync(join(sql, 'migration.sql'), 'SELECT 1');
    expect(new Set([before, added, digestOf(join(made, 'migrations'))]).size).toBe(3);
  });

  test('lie in the bundle beside the code, which finds them there', { timeout: 60_000 }, async () => {
    const outdir = join(made, 'bundled');
    makeApp({ stage: 'dev', outdir, context: { 'aws:cdk:bundling-stacks': ['assay-dev-schema'], only: 'functions' } }).synth();
    const asset = readdirSync(outdir).find((name) => name.startsWith('asset.'));
    const folder = join(outdir, asset ?? 'none');
    const names = readdirSync('prisma/migrations').filter((name) => name !== 'migration_lock.toml');
    for (const name of names) {
      const file = join('migrations', name, 'migration.sql');
      expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(join('prisma', file), 'utf8'));
    }
    const program = `const { handler } = await import(${JSON.stringify(join(folder, 'index.mjs'))}); process.stdout.write(typeof handler);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { env: {} });
    expect(stdout).toBe('function');
  });
});

function digestOf(folder: string): unknown {
  const stack = new Stack(new App(), 'schema');
  const fn = LambdaFunction.fromFunctionArn(stack, 'Function', 'arn:aws:lambda:us-east-1:123456789012:function:migrate');
  new Migrations(stack, 'Migrations', { function: fn, folder });
  const found = Template.fromStack(stack).findResources('Custom::Schema', { Properties: { Migrations: Match.anyValue() } });
  return Object.values(found)[0]?.['Properties'].Migrations;
}
