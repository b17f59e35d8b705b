/** What a stage costs while nobody uses it: everything that is billed by the hour or the month, from the templates. */
import { expect, test } from 'vitest';
import { at, type Found, type Stage, synthesised } from './testing.ts';

/** us-east-1, on demand, November 2026, dollars; a month has 730 hours. */
const hours = 730;
const publicAddress = 0.005 * hours;
const instances: Readonly<Record<string, number>> = {
  'db.t4g.micro': 0.016 * hours,
  'db.t4g.small': 0.032 * hours,
};

const prices: Readonly<Record<string, (found: Found) => number>> = {
  'AWS::EC2::NatGateway': () => 0.045 * hours + publicAddress,
  /** t4g.nano with 8 GB of disk. */
  'AWS::EC2::Instance': () => 0.0042 * hours + publicAddress + 8 * 0.08,
  /** Interface endpoints by zone; gateway endpoints are free. */
  'AWS::EC2::VPCEndpoint': (found) => (at(found, 'VpcEndpointType') === 'Gateway' ? 0 : 2 * 0.01 * hours),
  /** A second zone doubles computer and disk. */
  'AWS::RDS::DBInstance': (found) =>
    ((instances[String(at(found, 'DBInstanceClass'))] ?? Number.NaN) + 0.115 * Number(at(found, 'AllocatedStorage'))) *
    (at(found, 'MultiAZ') === true ? 2 : 1),
  /** Two vCPUs, whatever the size. */
  'AWS::RDS::DBProxy': () => 2 * 0.015 * hours,
  /** At least 100 MB are billed. */
  'AWS::ElastiCache::ServerlessCache': () => 0.1 * 0.084 * hours,
  'AWS::KMS::Key': () => 1,
  /** By the metrics that one looks at. Dashboards: an account has three for nothing, a stage has one. */
  'AWS::CloudWatch::Alarm': (found) => 0.1 * metricsIn(found),
};
const metricsIn = (found: Found): number => {
  const several = at(found, 'Metrics');
  return Array.isArray(several) ? several.filter((one) => Reflect.has(Object(one), 'MetricStat')).length : 1;
};
/** The key of the model, which an operator stores. */
const secret = 0.4;

const monthly = (stage: Stage): number =>
  Object.entries(prices).reduce(
    (sum, [type, price]) => sum + stage.ofType(type).reduce((part, found) => part + price(found), 0),
    secret,
  );

const dev = synthesised({ stage: 'dev' });
const prod = synthesised({ stage: 'prod' });

test('is at most 35 dollars a month in development, and 130 in production', () => {
  expect(monthly(dev)).toBeGreaterThan(25);
  expect(monthly(dev)).toBeLessThanOrEqual(35);
  expect(monthly(prod)).toBeGreaterThan(100);
  expect(monthly(prod)).toBeLessThanOrEqual(130);
});

test('has one way out of the network, and no endpoint that costs', () => {
  for (const stage of [dev, prod]) {
    expect(stage.ofType('AWS::EC2::NatGateway').length + stage.ofType('AWS::EC2::Instance').length).toBe(1);
    expect(stage.ofType('AWS::EC2::VPCEndpoint').map((found) => at(found, 'VpcEndpointType'))).toEqual(['Gateway']);
  }
});
