import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { backups } from './backups.ts';

const declared = 'resource "aws_dynamodb_table" "t" {\n  point_in_time_recovery {\n    enabled = true\n  }\n}\n';

describe('a repository of which no resource can be read', () => {
  test.each(['cdk.json', 'infra/Pulumi.yaml', 'cdktf.json', 'main.bicep', 'charts/shop/Chart.yaml'])(
    'is not judged where %s declares them',
    async (path) => {
      const judged = await judge(backups, { 'README.md': 'x', [path]: '{}' });
      expect(judged.results).toEqual({ repository: 'unknown' });
      expect(judged.reason('repository')).toContain(path);
    },
  );

  test('has none, as its listing shows', async () => {
    const none = await judge(backups, { 'README.md': 'x', 'a.ts': '' });
    expect(none.results).toEqual({ repository: 'not-applicable' });
    expect(none.quotes('repository')).toBe('none of 2 files is Terraform, CloudFormation, Kubernetes or Compose');
    const other = await judge(backups, { 'package.json': '{}', 'a.ts': '' });
    expect(other.quotes('repository')).toMatch(/^1 of 2 files could be Terraform/);
  });

  test('may have some where the listing is incomplete', async () => {
    expect((await judge(backups, { 'a.ts': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
  });

  test('is not what a repository is whose resources are read beside a program, or whose program is a sample', async () => {
    expect((await judge(backups, { 'main.tf': declared, 'cdk.json': '{}' })).results).toEqual({
      'main.tf#aws_dynamodb_table.t': 'pass',
    });
    expect((await judge(backups, { 'a.ts': '', 'examples/cdk.json': '{}' })).results).toEqual({ repository: 'not-applicable' });
  });
});
