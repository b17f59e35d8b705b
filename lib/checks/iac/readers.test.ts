// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's substitution looks like JavaScript's
import { describe, expect, test } from 'vitest';
import { repository } from '../testing.ts';
import { infrastructure } from './infrastructure.ts';
import { literal, type Node, text, valueAt } from './node.ts';
import { resourceId } from './resource.ts';

const read = (files: Readonly<Record<string, string>>) => infrastructure(repository(files));
const first = (files: Readonly<Record<string, string>>) => {
  const [resource] = read(files).resources;
  if (resource === undefined) throw new Error('no resource');
  return resource;
};
const source = (node: Node | undefined): string | undefined => (node?.kind === 'unresolved' ? node.source : undefined);

const yaml = `AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      StorageEncrypted: !If [IsProd, true, false]
      PubliclyAccessible: 'false'
      MasterUserPassword: !Sub '{{resolve:secretsmanager:\${Secret}}}'
      Port: {Ref: Port}
  Topic:
    Type: AWS::SNS::Topic
`;

describe('CloudFormation', () => {
  test('YAML: literals, short-form functions and long-form functions', () => {
    const { type, name, properties } = first({ 'db.yaml': yaml });
    expect([type, name]).toEqual(['AWS::RDS::DBInstance', 'Db']);
    expect(text(valueAt(properties, 'PubliclyAccessible'))).toBe('false');
    expect(source(valueAt(properties, 'StorageEncrypted'))).toBe('!If');
    expect(source(valueAt(properties, 'Port'))).toBe('Ref');
    expect(source(valueAt(properties, 'MasterUserPassword'))).toBe('{{resolve:secretsmanager:${Secret}}}');
  });

  test('JSON says the same, and places are places in the text', () => {
    const json =
      '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 5, "Name": {"Fn::Sub": "${X}-q"}}}}}';
    const { properties, file, range } = first({ 'q.json': json });
    expect(literal(valueAt(properties, 'DelaySeconds'))).toBe(5);
    expect(source(valueAt(properties, 'Name'))).toBe('${X}-q');
    expect(file.content.text.slice(range.start, range.end)).toMatch(/^"Q": \{.*\}$/);
  });

  test('a resource without properties is still declared', () => {
    expect(read({ 'db.yaml': yaml }).byType.get('AWS::SNS::Topic')).toHaveLength(1);
  });

  test('aliases that unfold without end make the file unreadable, not the check endless', () => {
    const levels = Array.from(
      { length: 30 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array(10).fill(`*a${level}`).join(', ')}]`,
    );
    const bomb = `a0: &a0 x\n${levels.join('\n')}\nResources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties: {X: *a30}\n`;
    expect(read({ 'bomb.yaml': bomb }).unread).toMatchObject([{ path: 'bomb.yaml' }]);
  });
});

describe('other languages', () => {
  test('Kubernetes: every document of a file', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata: {name: a}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: b}\n';
    expect(read({ 'k8s/all.yaml': text }).resources.map(resourceId)).toEqual([
      'k8s/all.yaml#Service/a',
      'k8s/all.yaml#Deployment/b',
    ]);
  });

  test('compose: every service', () => {
    const text = 'services:\n  web:\n    image: x\n    user: "1000"\n  db:\n    image: y\n';
    const { resources } = read({ 'docker-compose.yml': text });
    expect(resources.map(({ name }) => name)).toEqual(['web', 'db']);
    expect(text.slice(resources[0]?.range.start, resources[0]?.range.end)).toContain('user: "1000"');
  });

  test('other YAML and JSON declare nothing', () => {
    expect(read({ 'a.yaml': 'x: 1', 'package.json': '{"name": "x"}', 'b.json': 'not json' })).toMatchObject({
      resources: [],
      unread: [],
    });
  });
});

describe('what counts', () => {
  test('a file that does not parse is unread, with the reason', () => {
    expect(read({ 'main.tf': 'resource "a" {' }).unread).toMatchObject(
      [{ path: 'main.tf', reason: /Terraform/ }].map((it) => ({ path: it.path })),
    );
  });

  test('tests, examples, vendored modules and build output are no production', () => {
    const text = 'resource "aws_sqs_queue" "q" {\n}\n';
    const paths = ['test/a.tf', 'examples/x/main.tf', '.terraform/modules/vendor/m.tf', 'cdk.out/x.tf', 'modules/fixtures/a.tf'];
    expect(read(Object.fromEntries(paths.map((path) => [path, text]))).resources).toEqual([]);
    expect(read({ 'infra/main.tf': text }).resources).toHaveLength(1);
  });
});
