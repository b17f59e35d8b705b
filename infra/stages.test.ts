import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stages } from './assembly.ts';
import { maxConnections } from './config.ts';
import { Acceptances, ReasonedChecks } from './nag.ts';
import { at, functionPath, type Stage, synthesised } from './testing.ts';

const dev = synthesised({ stage: 'dev' });
const prod = synthesised({ stage: 'prod' });
const both = [dev, prod] as const;
const production = (values: Record<string, unknown>) => ({ stage: 'prod', context: values });

describe('a stage', () => {
  test('comes out the same, byte by byte, however often it is synthesised', () => {
    expect(stages).toEqual(['dev', 'prod']);
    for (const [stage, first] of [
      ['dev', dev],
      ['prod', prod],
    ] as const) {
      expect(synthesised({ stage }).text()).toBe(first.text());
    }
  });

  test('consists of stacks that know each other by parameters alone, each of which an earlier stack or a person has made', () => {
    for (const stage of both) {
      expect(stage.text()).not.toMatch(/Fn::ImportValue|"Export"/);
      const made = stage.ofType('AWS::SSM::Parameter').map((found) => String(found.properties['Name']));
      const read = [...stage.text().matchAll(/"Default":"(\/assay\/[^"]+)"/g)].map(([, name]) => name);
      const unknown = new Set(read.filter((name) => name !== undefined && !made.includes(name)));
      expect([...unknown].map((name) => name?.split('/').at(-1))).toEqual(['supabase-url']);
    }
  });

  test('is deployed in this order: network, data, migrations, then code, then the console, then what watches them', () => {
    const order = (stage: Stage, stack: string) =>
      stage.assembly.stacks
        .find(({ stackName }) => stackName.endsWith(`-${stack}`))
        ?.dependencies.map(({ id }) => id.split('-').at(-1))
        .filter((id) => !id?.endsWith('assets'));
    const names = ['data', 'schema', 'api', 'workflow', 'web', 'observability'];
    expect(names.map((stack) => order(dev, stack))).toEqual([['network'], ['data'], ['schema'], ['api'], ['api'], ['workflow']]);
  });

  test('tells the console and env.template where everything is', () => {
    for (const stage of both) {
      expect(Object.keys(stage.outputs)).toEqual(
        expect.arrayContaining(['ApiUrl', 'ConsoleDomainTarget', 'ConsoleUrl', 'SupabaseUrl', 'WebSocketUrl']),
      );
    }
  });

  test('that is production cannot be deleted by mistake, and what is deleted on purpose leaves its data', () => {
    const protection = (stage: Stage) =>
      stage.assembly.stacks.filter(({ terminationProtection }) => terminationProtection).map(({ stackName }) => stackName);
    expect([protection(dev), protection(prod)]).toEqual([[], ['assay-prod-network', 'assay-prod-data']]);
    const kept = ['AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::RDS::DBInstance', 'AWS::Backup::BackupVault'].flatMap((type) =>
      prod.ofType(type).map(({ deletionPolicy }) => deletionPolicy),
    );
    expect(new Set(kept)).toEqual(new Set(['Retain', 'Snapshot']));
    expect(prod.ofType('AWS::RDS::DBInstance').map((found) => at(found, 'DeletionProtection'))).toEqual([true]);
  });

  test('uses a domain of its own where one is set, and then only that', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/1';
    const named = synthesised(
      production({
        apiDomain: { name: 'api.example.com', certificateArn },
        consoleDomain: { name: 'console.example.com', certificateArn },
      }),
    );
    const [api] = named.ofType('AWS::ApiGatewayV2::Api').filter((found) => at(found, 'ProtocolType') === 'HTTP');
    if (api === undefined) throw new Error('no HTTP API');
    expect(at(api, 'DisableExecuteApiEndpoint')).toBe(true);
    expect(at(api, 'CorsConfiguration.AllowOrigins')).toContain('https://console.example.com');
    expect(named.outputs).toMatchObject({ ApiUrl: { Value: 'https://api.example.com' }, ApiDomainTarget: {} });
    const [site] = named.ofType('AWS::CloudFront::Distribution');
    expect(site && at(site, 'DistributionConfig.ViewerCertificate.MinimumProtocolVersion')).toBe('TLSv1.2_2021');
  });

  test('uploads the console where it has been built, within the rules', () => {
    const consoleBuild = mkdtempSync(join(tmpdir(), 'assay-console-'));
    writeFileSync(join(consoleBuild, 'index.html'), '<!doctype html>');
    const built = synthesised({ stage: 'dev', consoleBuild, checks: new ReasonedChecks(new Acceptances()) });
    expect(built.ofType('Custom::CDKBucketDeployment')).toHaveLength(1);
    expect(dev.ofType('Custom::CDKBucketDeployment')).toHaveLength(0);
  });
});

describe('settings', () => {
  test.each([
    ['a stage that cdk.json does not describe', { stage: 'qa' }, /no stage is named qa/],
    ['a number that is none', production({ cacheGb: 'much' }), /cacheGb/],
    [
      'fewer extractions than a run starts at once',
      production({ concurrency: { item: 9, task: 1, request: 1, event: 1 } }),
      /item/,
    ],
    [
      'more instances than the database has connections',
      production({ concurrency: { item: 40, task: 9, request: 9, event: 9 } }),
      /could open \d+ connections .* and 198 are to be had/,
    ],
  ])('%s is refused before anything is made', (_, options, message) => {
    expect(() => synthesised(options)).toThrow(message);
  });
});

describe('connections to the database', () => {
  test('are told that there is a proxy where there is one, which would pin what is prepared', () => {
    const told = (stage: typeof dev) =>
      new Set(
        stage
          .ofType('AWS::Lambda::Function')
          .filter((found) => at(found, 'Environment.Variables.DATABASE_POOL_MAX') !== undefined)
          .map((found) => [at(found, 'Environment.Variables.DATABASE_DIRECT'), stage.ofType('AWS::RDS::DBProxy').length].join()),
      );
    expect([told(dev), told(prod)]).toEqual([new Set(['true,0']), new Set(['false,1'])]);
  });

  test('are never more than it has, with every function at its limit', () => {
    for (const [stage, most] of [
      [dev, maxConnections['t4g.micro'] - 10],
      [prod, maxConnections['t4g.small'] * 0.9],
    ] as const) {
      const using = stage
        .ofType('AWS::Lambda::Function')
        .filter((found) => at(found, 'Environment.Variables.DATABASE_POOL_MAX') !== undefined);
      const bounds = using.map(
        (found) =>
          Number(at(found, 'ReservedConcurrentExecutions')) * Number(at(found, 'Environment.Variables.DATABASE_POOL_MAX')),
      );
      expect(using.length).toBeGreaterThan(25);
      expect(bounds.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(most);
      expect(stage.ofType('AWS::RDS::DBParameterGroup').map((found) => at(found, 'Parameters.max_connections'))).toEqual([
        String(stage === dev ? 110 : 220),
      ]);
    }
  });

  test('and sign in by IAM, checking the server’s name; no function but the migration is the owner', () => {
    for (const stage of both) {
      const urls = stage
        .ofType('AWS::SSM::Parameter')
        .filter((found) => /(database|owner)-url$/.test(String(found.properties['Name'])));
      for (const found of urls)
        expect(JSON.stringify(found.properties['Value'])).toMatch(/"postgresql:\/\/assay_\w+@",.*\?sslmode=verify-full"/);
      expect(urls).toHaveLength(2);
      const withOwner = stage
        .ofType('AWS::Lambda::Function')
        .filter((found) => JSON.stringify(at(found, 'Environment')).includes('ownerurl'));
      expect(withOwner.map(functionPath)).toEqual(['deploy/migrate']);
    }
    const [proxy] = prod.ofType('AWS::RDS::DBProxy');
    expect([dev.ofType('AWS::RDS::DBProxy').length, proxy?.properties]).toEqual([
      0,
      expect.objectContaining({ RequireTLS: true, DefaultAuthScheme: 'IAM_AUTH' }),
    ]);
  });
});
