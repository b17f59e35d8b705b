/** What of a stage can be reached by whom, and in what state its data lies. */
import { describe, expect, test } from 'vitest';
import { specs, type Use } from './functions.ts';
import { at, type Found, functionPath, synthesised } from './testing.ts';

const dev = synthesised({ stage: 'dev' });
const prod = synthesised({ stage: 'prod' });
const both = [dev, prod] as const;
const all = (type: string): readonly Found[] => both.flatMap((stage) => stage.ofType(type));
const text = (value: unknown): string => JSON.stringify(value ?? null);
/** `GroupsFunctions1A2B3C4D` and what refers to it. */
const group = (value: unknown): string => /Groups([A-Z][a-z]+)/.exec(text(value))?.[1] ?? 'another';

describe('data', () => {
  test('is encrypted wherever it lies', () => {
    expect(all('AWS::S3::Bucket').filter((found) => at(found, 'BucketEncryption') === undefined)).toEqual([]);
    expect(all('AWS::RDS::DBInstance').map((found) => at(found, 'StorageEncrypted'))).toEqual([true, true]);
    expect(all('AWS::SQS::Queue').filter((found) => at(found, 'SqsManagedSseEnabled') !== true)).toEqual([]);
    expect(all('AWS::EC2::Instance').map((found) => text(at(found, 'BlockDeviceMappings')).includes('"Encrypted":true'))).toEqual(
      [true],
    );
    const sealing = all('AWS::KMS::Key').filter((found) => at(found, 'KeyUsage') !== 'SIGN_VERIFY');
    expect(sealing.map((found) => at(found, 'EnableKeyRotation'))).toEqual([true, true]);
  });

  test('and on every way: buckets refuse plain HTTP, PostgreSQL and Valkey speak TLS alone', () => {
    const policies = all('AWS::S3::BucketPolicy').map((found) => text(found.properties));
    expect(policies.filter((policy) => policy.includes('"aws:SecureTransport":"false"'))).toHaveLength(
      all('AWS::S3::Bucket').length,
    );
    expect(all('AWS::RDS::DBParameterGroup').map((found) => text(at(found, 'Parameters')))).toEqual([
      expect.stringContaining('"rds.force_ssl":"1"'),
      expect.stringContaining('"rds.force_ssl":"1"'),
    ]);
    const redis = all('AWS::SSM::Parameter').filter((found) => String(found.properties['Name']).endsWith('redis-url'));
    expect(redis.map((found) => text(found.properties['Value']).includes('rediss://'))).toEqual([true, true]);
  });

  test('is public nowhere', () => {
    const closed = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    const buckets = all('AWS::S3::Bucket');
    expect(buckets.length).toBe(8);
    expect(buckets.map((found) => at(found, 'PublicAccessBlockConfiguration'))).toEqual(buckets.map(() => closed));
    expect(all('AWS::RDS::DBInstance').map((found) => at(found, 'PubliclyAccessible'))).toEqual([false, false]);
    const isolated = ['AWS::RDS::DBSubnetGroup', 'AWS::ElastiCache::ServerlessCache', 'AWS::RDS::DBProxy'].flatMap((type) =>
      all(type),
    );
    expect(isolated.map((found) => text(found.properties)).filter((it) => it.includes('privatesubnet'))).toEqual([]);
  });

  test('that is production can be restored to any second of two weeks, and from a vault besides', () => {
    expect(prod.ofType('AWS::RDS::DBInstance').map((found) => at(found, 'BackupRetentionPeriod'))).toEqual([14]);
    expect(prod.ofType('AWS::Backup::BackupSelection')).toHaveLength(2);
    expect(prod.ofType('AWS::Backup::BackupVault').map((found) => text(at(found, 'AccessPolicy')))).toEqual([
      expect.stringContaining('backup:DeleteRecoveryPoint'),
    ]);
    const versioned = prod.ofType('AWS::S3::Bucket').filter((found) => at(found, 'VersioningConfiguration.Status') === 'Enabled');
    expect(versioned.map(({ stack }) => stack)).toEqual(['data']);
  });

  test('of a person leaves no log that is kept for ever', () => {
    const groups = all('AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(70);
    expect(groups.filter((found) => !(Number(at(found, 'RetentionInDays')) <= 90))).toEqual([]);
    const logging = all('AWS::Lambda::Function').filter((found) => at(found, 'LoggingConfig.LogGroup') === undefined);
    expect(logging).toEqual([]);
  });
});

describe('the network', () => {
  test('lets only functions reach proxy, database and cache, and only the proxy besides them the database', () => {
    for (const stage of both) {
      const rules = stage.ofType('AWS::EC2::SecurityGroupIngress').map((found) => {
        const [from, to] = [at(found, 'SourceSecurityGroupId'), at(found, 'GroupId')].map(group);
        return `${from} -> ${to} ${at(found, 'FromPort')}-${at(found, 'ToPort')}`;
      });
      const nat = stage === dev ? ['Functions -> another 0-65535', 'Outward -> another 0-65535'] : [];
      expect(new Set(rules)).toEqual(
        new Set([
          'Functions -> Cache 6379-6380',
          'Functions -> Database 5432-5432',
          'Functions -> Proxy 5432-5432',
          'Proxy -> Database 5432-5432',
          ...nat,
        ]),
      );
      expect(stage.ofType('AWS::EC2::SecurityGroup').filter((found) => at(found, 'SecurityGroupIngress') !== undefined)).toEqual(
        [],
      );
    }
  });

  test('holds every function that uses database or cache, and no other', () => {
    const inside: readonly Use[] = ['database', 'cache', 'database-owner'];
    for (const found of all('AWS::Lambda::Function')) {
      const { uses = [] } = specs[functionPath(found)] ?? {};
      const groups = text(at(found, 'VpcConfig.SecurityGroupIds') ?? []);
      expect([functionPath(found), groups.includes('functionssecuritygroup'), groups.includes('outwardsecuritygroup')]).toEqual([
        functionPath(found),
        uses.some((use) => inside.includes(use)),
        uses.includes('outward'),
      ]);
    }
    const outside = dev.ofType('AWS::Lambda::Function').filter((found) => at(found, 'VpcConfig') === undefined);
    expect(outside.map(functionPath)).toEqual(['api/health']);
  });
});

describe('the way out', () => {
  test('is a NAT with a public address, in a subnet that gives nobody else one', () => {
    const [instance] = dev.ofType('AWS::EC2::Instance');
    expect(text(instance && at(instance, 'NetworkInterfaces'))).toContain('"AssociatePublicIpAddress":true');
    expect(all('AWS::EC2::Subnet').map((found) => at(found, 'MapPublicIpOnLaunch'))).not.toContain(true);
    const routes = dev.ofType('AWS::EC2::Route').filter((found) => at(found, 'InstanceId') !== undefined);
    expect(routes.map((found) => [/Vpc(\w+)Subnet\d/.exec(found.id)?.[1], at(found, 'DestinationCidrBlock')])).toEqual([
      ['Functions', '0.0.0.0/0'],
      ['Functions', '0.0.0.0/0'],
    ]);
  });
});

describe('a page of the console', () => {
  test('runs nothing but its own code, talks to this service alone, and cannot be framed', () => {
    const [headers] = dev.ofType('AWS::CloudFront::ResponseHeadersPolicy');
    const policy = text(headers && at(headers, 'ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy'));
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'; .*connect-src 'self' /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(text(dev.ofType('AWS::CloudFront::OriginAccessControl')[0]?.properties)).toContain('"SigningBehavior":"always"');
  });
});

describe('a connection of a user', () => {
  test('never leads back to this service, under whatever name', () => {
    const outward = all('AWS::Lambda::Function').filter((found) => at(found, 'Environment.Variables.OWN_HOSTS') !== undefined);
    expect(new Set(outward.map(functionPath))).toEqual(new Set(['api/connections', 'tasks/extract']));
    for (const found of outward) {
      const hosts = text(at(found, 'Environment.Variables.OWN_HOSTS'));
      const own = found.stack === 'api' ? /HttpApi.*execute-api.*WebSocketApi.*execute-api/ : /httpapihost.*websockethost/;
      expect(hosts).toMatch(own);
    }
  });
});
