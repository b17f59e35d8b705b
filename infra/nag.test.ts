import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test } from 'vitest';
import { Acceptances, ReasonedChecks } from './nag.ts';

test('a resource that breaks a rule is reported, and so is every acceptance that nothing needs any more', () => {
  const app = new App();
  new Bucket(new Stack(app, 'planted'), 'Open');
  const acceptances = new Acceptances();
  const checks = new ReasonedChecks(acceptances);
  const { success, violations } = checks.validateScope(app);
  const rules = violations.map(({ ruleName }) => ruleName);
  expect([success, checks.examined]).toEqual([false, 1]);
  expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-S10']));
  expect(acceptances.stale().length).toBeGreaterThan(5);
});
