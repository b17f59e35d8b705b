/** The checks whose rules are mostly one argument each. */
import { describe, expect, test } from 'vitest';
import type { RepositoryCheck } from '../check.ts';
import { judge } from '../testing.ts';
import { backups } from './backups.ts';
import { encryptionAtRest } from './encryption-at-rest.ts';
import { loggingRetention } from './logging-retention.ts';
import { transportEncryption } from './transport-encryption.ts';

const terraform = (type: string, body: string, more = ''): Record<string, string> => ({
  'main.tf': `resource "${type}" "r" {\n${body}\n}\n${more}`,
});
const template = (type: string, properties: string): Record<string, string> => ({
  't.yaml': `Resources:\n  R:\n    Type: ${type}\n    Properties:\n      X: 1\n${properties.replace(/^/gm, '      ')}\n`,
});
type Case = readonly [Record<string, string>, string];
const holds =
  (check: RepositoryCheck) =>
  async ([files, expected]: Case) => {
    expect(Object.values((await judge(check, files)).results)).toEqual([expected]);
  };

describe('iac-encryption-at-rest', () => {
  const cases: readonly Case[] = [
    [terraform('aws_db_instance', '  storage_encrypted = true'), 'pass'],
    [terraform('aws_db_instance', '  storage_encrypted = false'), 'fail'],
    [terraform('aws_db_instance', '  engine = "postgres"'), 'fail'],
    [terraform('aws_db_instance', '  storage_encrypted = var.encrypt'), 'unknown'],
    [terraform('aws_db_instance', '  replicate_source_db = "x"'), 'unknown'],
    [terraform('aws_rds_cluster', '  engine_mode = "serverless"'), 'pass'],
    [terraform('aws_ebs_volume', '  size = 10'), 'fail'],
    [
      terraform('aws_ebs_volume', '  size = 10', 'resource "aws_ebs_encryption_by_default" "d" {\n  enabled = true\n}\n'),
      'unknown',
    ],
    [terraform('aws_opensearch_domain', '  encrypt_at_rest {\n    enabled = true\n  }'), 'pass'],
    [terraform('aws_opensearch_domain', '  domain_name = "x"'), 'fail'],
    [terraform('aws_elasticache_replication_group', '  engine = "valkey"'), 'unknown'],
    [terraform('aws_kinesis_stream', '  encryption_type = "NONE"'), 'fail'],
    [terraform('aws_sqs_queue', '  name = "x"'), 'not-applicable'],
    [template('AWS::RDS::DBInstance', 'StorageEncrypted: true'), 'pass'],
    [template('AWS::RDS::DBInstance', 'StorageEncrypted: !Ref Encrypt'), 'unknown'],
    [template('AWS::RDS::DBInstance', 'DBClusterIdentifier: !Ref Cluster'), 'not-applicable'],
    [template('AWS::EFS::FileSystem', ''), 'fail'],
  ];
  test.each(cases)('%j is %s', (...one) => holds(encryptionAtRest)(one));

  test('what is missing is cited as missing from the whole declaration, however long', async () => {
    const tags = Array.from({ length: 120 }, (_, index) => `    tag${index} = "${'v'.repeat(10)}"`).join('\n');
    const judged = await judge(encryptionAtRest, terraform('aws_db_instance', `  engine = "x"\n  tags = {\n${tags}\n  }`));
    const quotes = judged.quotes('main.tf#aws_db_instance.r');
    expect(quotes).toContain('tag0 ');
    expect(quotes).toContain('tag119 ');
  });
});

describe('iac-tls-minimum', () => {
  const redirect =
    '  default_action {\n    type = "redirect"\n    redirect {\n      protocol = "HTTPS"\n      port = "443"\n    }\n  }';
  const cases: readonly Case[] = [
    [terraform('aws_lb_listener', '  protocol = "HTTP"\n  default_action {\n    type = "forward"\n  }'), 'fail'],
    [
      terraform(
        'aws_lb_listener',
        '  protocol = "HTTP"\n  default_action {\n    type = "forward"\n    target_group_arn = aws_lb_target_group.t.arn\n  }',
      ),
      'fail',
    ],
    [terraform('aws_lb_listener', '  protocol = "HTTP"\n  default_action {\n    type = var.action\n  }'), 'unknown'],
    [terraform('aws_lb_listener', `  protocol = "HTTP"\n${redirect}`), 'pass'],
    [terraform('aws_lb_listener', '  protocol = "HTTPS"\n  ssl_policy = "ELBSecurityPolicy-2016-08"'), 'fail'],
    [terraform('aws_lb_listener', '  protocol = "HTTPS"\n  ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"'), 'pass'],
    [terraform('aws_lb_listener', '  protocol = "HTTPS"'), 'unknown'],
    [terraform('aws_lb_listener', '  protocol = "TCP"'), 'not-applicable'],
    [
      terraform('aws_cloudfront_distribution', '  default_cache_behavior {\n    viewer_protocol_policy = "allow-all"\n  }'),
      'fail',
    ],
    [
      terraform(
        'aws_cloudfront_distribution',
        '  default_cache_behavior {\n    viewer_protocol_policy = "redirect-to-https"\n  }\n  viewer_certificate {\n    minimum_protocol_version = "TLSv1.2_2021"\n  }',
      ),
      'pass',
    ],
    [terraform('aws_cloudfront_distribution', '  viewer_certificate {\n    minimum_protocol_version = "TLSv1"\n  }'), 'fail'],
    [terraform('aws_elasticache_replication_group', '  engine = "redis"'), 'fail'],
    [terraform('azurerm_storage_account', '  min_tls_version = "TLS1_0"'), 'fail'],
    [terraform('aws_db_parameter_group', '  parameter {\n    name = "rds.force_ssl"\n    value = "0"\n  }'), 'fail'],
    [template('AWS::ElasticLoadBalancingV2::Listener', 'Protocol: HTTP\nDefaultActions: [{Type: forward}]'), 'fail'],
    [
      template(
        'AWS::ElasticLoadBalancingV2::Listener',
        'Protocol: HTTP\nDefaultActions: [{Type: redirect, RedirectConfig: {Protocol: HTTPS}}]',
      ),
      'pass',
    ],
    [
      { 'i.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec:\n  tls: [{hosts: [a]}]\n' },
      'pass',
    ],
    [{ 'i.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: []}\n' }, 'unknown'],
    [{ 'chart/i.yaml': 'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  {{- if .x }}\n  name: a\n' }, 'unknown'],
  ];
  test.each(cases)('%j is %s', (...one) => holds(transportEncryption)(one));
});

describe('iac-logging-retention', () => {
  const cases: readonly Case[] = [
    [terraform('aws_cloudwatch_log_group', '  retention_in_days = 365'), 'pass'],
    [terraform('aws_cloudwatch_log_group', '  retention_in_days = 7'), 'fail'],
    [terraform('aws_cloudwatch_log_group', '  retention_in_days = 0'), 'fail'],
    [terraform('aws_cloudwatch_log_group', '  name = "x"'), 'fail'],
    [terraform('aws_cloudwatch_log_group', '  retention_in_days = var.days'), 'unknown'],
    [terraform('aws_cloudtrail', '  enable_log_file_validation = true'), 'pass'],
    [terraform('aws_cloudtrail', '  enable_log_file_validation = true\n  enable_logging = false'), 'fail'],
    [terraform('aws_lb', '  access_logs {\n    bucket = "x"\n    enabled = true\n  }'), 'pass'],
    [terraform('aws_lb', '  name = "x"'), 'fail'],
    [terraform('aws_lb', '  load_balancer_type = "network"'), 'not-applicable'],
    [terraform('aws_eks_cluster', '  enabled_cluster_log_types = ["api", "audit"]'), 'pass'],
    [terraform('aws_eks_cluster', '  enabled_cluster_log_types = []'), 'fail'],
    [template('AWS::Logs::LogGroup', 'RetentionInDays: 90'), 'pass'],
    [template('AWS::Logs::LogGroup', ''), 'fail'],
    [
      template(
        'AWS::ElasticLoadBalancingV2::LoadBalancer',
        'LoadBalancerAttributes: [{Key: access_logs.s3.enabled, Value: "true"}]',
      ),
      'pass',
    ],
  ];
  test.each(cases)('%j is %s', (...one) => holds(loggingRetention)(one));
});

describe('iac-backups', () => {
  const cases: readonly Case[] = [
    [terraform('aws_db_instance', '  backup_retention_period = 14'), 'pass'],
    [terraform('aws_db_instance', '  backup_retention_period = 0'), 'fail'],
    [terraform('aws_db_instance', '  engine = "postgres"'), 'fail'],
    [terraform('aws_db_instance', '  replicate_source_db = "x"'), 'not-applicable'],
    [terraform('aws_rds_cluster', '  engine = "aurora-postgresql"'), 'pass'],
    [terraform('aws_dynamodb_table', '  point_in_time_recovery {\n    enabled = true\n  }'), 'pass'],
    [terraform('aws_dynamodb_table', '  name = "x"'), 'fail'],
    [terraform('aws_dynamodb_table', '  name = "x"', 'resource "aws_backup_selection" "s" {\n  plan_id = "p"\n}\n'), 'unknown'],
    [terraform('google_sql_database_instance', '  settings {\n    tier = "x"\n  }'), 'fail'],
    [template('AWS::RDS::DBInstance', 'BackupRetentionPeriod: 0'), 'fail'],
    [template('AWS::RDS::DBInstance', 'BackupRetentionPeriod: !Ref Days'), 'unknown'],
    [template('AWS::DynamoDB::Table', 'PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}'), 'pass'],
  ];
  test.each(cases)('%j is %s', (...one) => holds(backups)(one));
});
