import { expect, test } from 'vitest';
import { goals } from '../scripts/cost/goals.ts';
import { idleLines, sum } from '../scripts/cost/idle.ts';
import { at, synthesised } from './testing.ts';

const dev = synthesised({ stage: 'dev' });
const prod = synthesised({ stage: 'prod' });

test('is at most 35 dollars a month in development, and 130 in production', () => {
  expect(sum(idleLines(dev))).toBeGreaterThan(25);
  expect(sum(idleLines(dev))).toBeLessThanOrEqual(goals.idle.dev);
  expect(sum(idleLines(prod))).toBeGreaterThan(100);
  expect(sum(idleLines(prod))).toBeLessThanOrEqual(goals.idle.prod);
});

test('is not known, and so misses its goal, while anything in the templates has no price', () => {
  const odd = 'AWS::OpenSearchService::Domain';
  const ofType = (type: string) => dev.ofType(type === odd ? 'AWS::KMS::Key' : type);
  expect(sum(idleLines({ ...dev, types: () => [...dev.types(), odd], ofType }))).toBeNaN();
});

test('has one way out of the network, and no endpoint that costs', () => {
  for (const stage of [dev, prod]) {
    expect(stage.ofType('AWS::EC2::NatGateway').length + stage.ofType('AWS::EC2::Instance').length).toBe(1);
    expect(stage.ofType('AWS::EC2::VPCEndpoint').map((found) => at(found, 'VpcEndpointType'))).toEqual(['Gateway']);
  }
});
