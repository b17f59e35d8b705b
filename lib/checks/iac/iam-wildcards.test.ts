// biome-ignore-all lint/suspicious/noTemplateCurlyInString: HCL's interpolation looks like JavaScript's
import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { iamWildcards as check } from './iam-wildcards.ts';

const policy = (written: string, type = 'aws_iam_policy'): Record<string, string> => ({
  'main.tf': `resource "${type}" "p" {\n  name = "p"\n  policy = ${written}\n}\n`,
});
const statement = (inner: string): string =>
  `jsonencode({\n Version = "2012-10-17"\n Statement = [{ Effect = "Allow", ${inner} }]\n})`;
const outcome = async (files: Record<string, string>) => Object.values((await judge(check, files)).results);

describe('iac-iam-wildcards', () => {
  test.each([
    statement('Action = "*", Resource = "*"'),
    statement('Action = ["s3:*"], Resource = ["*"]'),
    statement('Action = "*:*", Resource = aws_s3_bucket.b.arn'),
    statement('NotAction = "iam:*", Resource = "*"'),
    '<<EOF\n{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}\nEOF',
    '<<-EOF\n  {"Statement": [{"Effect": "Allow", "Action": ["dynamodb:*"], "Resource": ["*", "${aws_dynamodb_table.t.arn}"]}]}\nEOF',
  ])('fails %s', async (written) => {
    const judged = await judge(check, policy(written));
    expect(judged.results).toEqual({ 'main.tf#aws_iam_policy.p': 'fail' });
    expect(judged.quotes('main.tf#aws_iam_policy.p')).toMatch(/ction/);
  });

  test.each([
    statement('Action = ["s3:GetObject", "s3:Get*"], Resource = "*"'),
    statement('Action = "s3:*", Resource = "${aws_s3_bucket.b.arn}/*"'),
    'jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }] })',
  ])('passes %s', async (written) => {
    expect(await outcome(policy(written))).toEqual(['pass']);
  });

  test.each([
    'file("policy.json")',
    'var.policy',
    statement('Action = "*", Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }'),
  ])('leaves %s open', async (written) => {
    expect(await outcome(policy(written))).toEqual(['unknown']);
  });

  test('judges a policy document data source in its own place', async () => {
    const data = 'data "aws_iam_policy_document" "d" {\n  statement {\n    actions   = ["*"]\n    resources = ["*"]\n  }\n}\n';
    const files = { ...policy('data.aws_iam_policy_document.d.json'), 'data.tf': data };
    expect((await judge(check, files)).results).toEqual({ 'data.tf#data.aws_iam_policy_document.d': 'fail' });
  });

  test("takes a key's own policy for what it is", async () => {
    const data =
      'data "aws_iam_policy_document" "k" {\n statement {\n  actions = ["kms:*"]\n  resources = ["*"]\n  principals {\n   type = "AWS"\n   identifiers = ["arn:aws:iam::1:root"]\n  }\n }\n}\n';
    expect(await outcome({ 'k.tf': data })).toEqual(['not-applicable']);
  });

  test('knows the administrator policies', async () => {
    const attach = (arn: string) => ({
      'a.tf': `resource "aws_iam_role_policy_attachment" "a" {\n  role = aws_iam_role.r.name\n  policy_arn = "${arn}"\n}\n`,
    });
    expect(await outcome(attach('arn:aws:iam::aws:policy/AdministratorAccess'))).toEqual(['fail']);
    expect(await outcome(attach('arn:${var.partition}:iam::aws:policy/PowerUserAccess'))).toEqual(['fail']);
    expect(await outcome(attach('arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'))).toEqual(['pass']);
  });

  test('reads CloudFormation roles and Kubernetes roles', async () => {
    const template = (action: string) =>
      `Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - PolicyName: p\n          PolicyDocument:\n            Statement:\n              - {Effect: Allow, Action: '${action}', Resource: '*'}\n`;
    expect((await judge(check, { 't.yaml': template('*') })).results).toEqual({ 't.yaml#R': 'fail' });
    expect((await judge(check, { 't.yaml': template('sqs:SendMessage') })).results).toEqual({ 't.yaml#R': 'pass' });
    const role = (verbs: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: ops\nrules:\n  - apiGroups: ['*']\n    resources: ['*']\n    verbs: [${verbs}]\n`;
    expect(await outcome({ 'r.yaml': role("'*'") })).toEqual(['fail']);
    expect(await outcome({ 'r.yaml': role('get, list') })).toEqual(['pass']);
  });

  test('has no subject without permissions, and cannot tell from half a listing', async () => {
    expect(await outcome({ 'a.tf': 'resource "aws_sqs_queue" "q" {\n}\n' })).toEqual(['not-applicable']);
    expect((await judge(check, { 'README.md': '' }, { complete: false })).results).toEqual({ repository: 'unknown' });
  });
});
