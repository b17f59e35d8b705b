import { describe, expect, test } from 'vitest';
import { judge } from '../testing.ts';
import { publicExposure as check } from './public-exposure.ts';

const terraform = (type: string, body: string): Record<string, string> => ({
  'main.tf': `resource "${type}" "r" {\n${body}\n}\n`,
});
const template = (type: string, properties: string): Record<string, string> => ({
  't.yaml': `Resources:\n  R:\n    Type: ${type}\n    Properties:\n${properties.replace(/^/gm, '      ')}\n`,
});
const outcome = async (files: Record<string, string>) => Object.values((await judge(check, files)).results);

const ingress = (from: number | string, to: number | string, cidr: string, protocol = '"tcp"'): Record<string, string> =>
  terraform(
    'aws_security_group',
    `  ingress {\n    from_port = ${from}\n    to_port = ${to}\n    protocol = ${protocol}\n    cidr_blocks = [${cidr}]\n  }`,
  );

describe('network', () => {
  test.each([
    [ingress(22, 22, '"0.0.0.0/0"'), 'fail'],
    [ingress(80, 443, '"0.0.0.0/0"'), 'fail'],
    [ingress(0, 0, '"10.0.0.0/8", "0.0.0.0/0"', '"-1"'), 'fail'],
    [ingress(443, 443, '"0.0.0.0/0"'), 'pass'],
    [ingress(5432, 5432, '"10.0.0.0/8"'), 'pass'],
    [ingress(5432, 5432, 'var.cidr'), 'unknown'],
    [ingress('var.port', 'var.port', '"0.0.0.0/0"'), 'unknown'],
    [ingress(8, 0, '"0.0.0.0/0"', '"icmp"'), 'pass'],
    [terraform('aws_security_group', '  name = "empty"'), 'pass'],
    [
      terraform(
        'aws_vpc_security_group_ingress_rule',
        '  cidr_ipv6 = "::/0"\n  from_port = 3389\n  to_port = 3389\n  ip_protocol = "tcp"',
      ),
      'fail',
    ],
    [
      terraform(
        'aws_security_group_rule',
        '  type = "egress"\n  from_port = 0\n  to_port = 0\n  protocol = "-1"\n  cidr_blocks = ["0.0.0.0/0"]',
      ),
      'not-applicable',
    ],
    [
      template(
        'AWS::EC2::SecurityGroup',
        'SecurityGroupIngress:\n  - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}',
      ),
      'fail',
    ],
    [
      template(
        'AWS::EC2::SecurityGroup',
        'SecurityGroupIngress:\n  - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}',
      ),
      'pass',
    ],
    [
      terraform(
        'google_compute_firewall',
        '  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "tcp"\n    ports = ["22"]\n  }',
      ),
      'fail',
    ],
    [
      terraform(
        'google_compute_firewall',
        '  source_ranges = ["0.0.0.0/0"]\n  allow {\n    protocol = "tcp"\n    ports = ["80", "443"]\n  }',
      ),
      'pass',
    ],
    [
      terraform(
        'azurerm_network_security_rule',
        '  direction = "Inbound"\n  access = "Allow"\n  source_address_prefix = "*"\n  destination_port_range = "3389"',
      ),
      'fail',
    ],
  ] as const)('%#: %j', async (files, expected) => {
    expect(await outcome(files)).toEqual([expected]);
  });

  test('cites the rule that is open and not the closed one', async () => {
    const body =
      '  ingress {\n    from_port = 443\n    to_port = 443\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }\n  ingress {\n    description = "shell"\n    from_port = 22\n    to_port = 22\n    protocol = "tcp"\n    cidr_blocks = ["0.0.0.0/0"]\n  }';
    const judged = await judge(check, terraform('aws_security_group', body));
    expect(judged.quotes('main.tf#aws_security_group.r')).toContain('shell');
    expect(judged.quotes('main.tf#aws_security_group.r')).not.toContain('443');
  });
});

describe('buckets and databases', () => {
  const block = (last: string): string =>
    `  block_public_acls = true\n  block_public_policy = true\n  ignore_public_acls = true\n${last}`;
  test.each([
    [terraform('aws_s3_bucket', '  acl = "public-read"'), 'fail'],
    [terraform('aws_s3_bucket_acl', '  acl = "private"'), 'pass'],
    [terraform('aws_s3_bucket', '  bucket = "x"'), 'not-applicable'],
    [terraform('aws_s3_bucket_public_access_block', block('  restrict_public_buckets = true')), 'pass'],
    [terraform('aws_s3_bucket_public_access_block', block('')), 'fail'],
    [terraform('aws_s3_bucket_public_access_block', block('  restrict_public_buckets = var.x')), 'unknown'],
    [
      terraform(
        'aws_s3_bucket_policy',
        '  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "x" }] })',
      ),
      'fail',
    ],
    [
      terraform(
        'aws_s3_bucket_policy',
        '  policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "x", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })',
      ),
      'pass',
    ],
    [terraform('aws_db_instance', '  publicly_accessible = true'), 'fail'],
    [terraform('aws_db_instance', '  publicly_accessible = false'), 'pass'],
    [terraform('aws_db_instance', '  publicly_accessible = var.public'), 'unknown'],
    [template('AWS::RDS::DBInstance', 'PubliclyAccessible: true'), 'fail'],
    [template('AWS::RDS::DBInstance', 'Engine: postgres'), 'unknown'],
    [template('AWS::S3::Bucket', 'AccessControl: PublicRead'), 'fail'],
    [
      template(
        'AWS::S3::Bucket',
        'PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}',
      ),
      'pass',
    ],
    [terraform('google_storage_bucket_iam_member', '  member = "allUsers"'), 'fail'],
  ] as const)('%#: %j', async (files, expected) => {
    expect(await outcome(files)).toEqual([expected]);
  });
});

describe('what could not be read', () => {
  test('is unknown where it names a subject of the check', async () => {
    const files = { 'a.tf': 'resource "aws_security_group" "a" {', 'b.tf': 'resource "aws_sqs_queue" "b" {' };
    expect((await judge(check, files)).results).toEqual({ 'a.tf': 'unknown' });
    expect((await judge(check, {}, { notRead: { 'c.tf': 'too-large' } })).results).toEqual({ 'c.tf': 'unknown' });
  });

  test('half a listing leaves the whole open', async () => {
    const judged = await judge(check, ingress(443, 443, '"0.0.0.0/0"'), { complete: false });
    expect(judged.results).toEqual({ 'main.tf#aws_security_group.r': 'pass', repository: 'unknown' });
  });
});
