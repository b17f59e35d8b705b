import type { RepositoryCheck } from '../check.ts';
import { flag, has, mustBeTrue } from './flag.ts';
import { amount, itemsOf, member, type Node, text, truth, valueAt } from './node.ts';
import type { Resource } from './resource.ts';
import { evaluate, type Judgement, type Rule } from './rule.ts';

const subject = 'automated backups';

const positive = (value: Node): Judgement['result'] | undefined => {
  const days = amount(value);
  return days === undefined ? undefined : days > 0 ? 'pass' : 'fail';
};

/** Replicas have nothing of their own to back up. */
const unlessReplica = (otherwise: 'pass' | 'fail') => (resource: Resource) =>
  has(resource, 'replicate_source_db') || has(resource, 'SourceDBInstanceIdentifier') || has(resource, 'DBClusterIdentifier')
    ? null
    : otherwise;

/** A backup plan may cover what does not back itself up; which resources it selects, tags decide. */
const backupPlans = ['aws_backup_selection', 'AWS::Backup::BackupSelection'];

const pointInTime: Rule = {
  types: ['aws_dynamodb_table', 'AWS::DynamoDB::Table'],
  judge: (resource, declared) => {
    const planned = backupPlans.some((type) => declared.byType.has(type));
    const on = {
      aws_dynamodb_table: ['point_in_time_recovery', 'enabled'],
      'AWS::DynamoDB::Table': ['PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'],
    };
    return flag({ on, value: mustBeTrue, subject: 'point-in-time recovery', absent: planned ? 'unknown' : 'fail' }).judge(
      resource,
      declared,
    );
  },
};

function judgeGlobalTable(resource: Resource): Judgement | null {
  const replicas = itemsOf(valueAt(resource.properties, 'Replicas'));
  const without = replicas.filter(
    (replica) => truth(valueAt(replica, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled')) === false,
  );
  if (without.length > 0) return { result: 'fail', says: 'turns point-in-time recovery off', cite: without };
  const on = replicas.flatMap((replica) => member(replica, 'PointInTimeRecoverySpecification') ?? []);
  return on.length < replicas.length || on.length === 0
    ? null
    : { result: 'pass', says: 'turns point-in-time recovery on', cite: on };
}

const rules: readonly Rule[] = [
  flag({
    on: { aws_db_instance: ['backup_retention_period'] },
    value: positive,
    subject,
    absent: unlessReplica('fail'),
  }),
  flag({
    // CloudFormation and clusters keep one day unless told otherwise.
    on: {
      'AWS::RDS::DBInstance': ['BackupRetentionPeriod'],
      aws_rds_cluster: ['backup_retention_period'],
      aws_docdb_cluster: ['backup_retention_period'],
      aws_neptune_cluster: ['backup_retention_period'],
      'AWS::RDS::DBCluster': ['BackupRetentionPeriod'],
      aws_redshift_cluster: ['automated_snapshot_retention_period'],
      'AWS::Redshift::Cluster': ['AutomatedSnapshotRetentionPeriod'],
    },
    value: positive,
    subject,
    absent: unlessReplica('pass'),
  }),
  pointInTime,
  { types: ['AWS::DynamoDB::GlobalTable'], judge: judgeGlobalTable },
  flag({
    on: { aws_efs_backup_policy: ['backup_policy', 'status'], 'AWS::EFS::FileSystem': ['BackupPolicy', 'Status'] },
    value: (value) => (text(value) === 'ENABLED' ? 'pass' : 'fail'),
    subject,
    absent: null,
  }),
  flag({
    on: {
      aws_s3_bucket_versioning: ['versioning_configuration', 'status'],
      'AWS::S3::Bucket': ['VersioningConfiguration', 'Status'],
    },
    value: (value) => (text(value) === 'Enabled' ? 'pass' : 'fail'),
    subject: 'versioning',
    absent: null,
  }),
  flag({
    on: { google_sql_database_instance: ['settings', 'backup_configuration', 'enabled'] },
    value: mustBeTrue,
    subject,
    absent: (resource) => (has(resource, 'master_instance_name') ? null : 'fail'),
  }),
];

export const backups: RepositoryCheck = {
  id: 'iac-backups',
  title: 'Declared databases are backed up',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A database without backups is lost with one mistaken statement or one encrypted disk. CSF PR.DS-11 asks that backups are created, ' +
    'protected, maintained and tested; SSDF PW.9.1 asks for secure settings by default. A declaration shows that backups are made, not that they ' +
    "can be restored. Read are Terraform and CloudFormation files outside tests and examples; modules' own resources are not seen.",
  remediation: {
    steps: [
      'Turn automated backups or point-in-time recovery on, with a retention that covers how long a mistake may go unnoticed.',
      'Restore one into a separate environment, write down how long it took, and repeat that on a schedule.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-11'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: evaluate(rules),
};
