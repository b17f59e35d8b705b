import type { RepositoryCheck } from '../check.ts';
import { flag, has, mustBeTrue } from './flag.ts';
import { text, valueAt } from './node.ts';
import type { Resource } from './resource.ts';
import { evaluate, type Rule } from './rule.ts';

const subject = 'encryption at rest';

/** Replicas and restored databases take the setting of what they come from. */
const databaseDefault = (resource: Resource): 'fail' | 'unknown' | null => {
  if (has(resource, 'DBClusterIdentifier')) return null;
  const inherited = ['replicate_source_db', 'snapshot_identifier', 'restore_to_point_in_time', 'replication_source_identifier'];
  const template = ['SourceDBInstanceIdentifier', 'DBSnapshotIdentifier', 'SnapshotIdentifier', 'SourceDBClusterIdentifier'];
  return [...inherited, ...template].some((name) => has(resource, name)) ? 'unknown' : 'fail';
};

/** Aurora Serverless v1 is always encrypted. */
const clusterDefault = (resource: Resource): 'pass' | 'fail' | 'unknown' | null => {
  const mode = text(valueAt(resource.properties, 'engine_mode')) ?? text(valueAt(resource.properties, 'EngineMode'));
  return mode === 'serverless' ? 'pass' : databaseDefault(resource);
};

/** Terraform's provider encrypts Valkey by default, Redis not. */
const cacheDefault = ({ properties }: Resource): 'fail' | 'unknown' =>
  (text(valueAt(properties, 'engine')) ?? text(valueAt(properties, 'Engine')) ?? 'redis') === 'redis' ? 'fail' : 'unknown';

const rules: readonly Rule[] = [
  flag({
    on: { aws_db_instance: ['storage_encrypted'], 'AWS::RDS::DBInstance': ['StorageEncrypted'] },
    value: mustBeTrue,
    subject,
    absent: databaseDefault,
  }),
  flag({
    on: {
      aws_rds_cluster: ['storage_encrypted'],
      aws_docdb_cluster: ['storage_encrypted'],
      aws_neptune_cluster: ['storage_encrypted'],
      'AWS::RDS::DBCluster': ['StorageEncrypted'],
      'AWS::DocDB::DBCluster': ['StorageEncrypted'],
      'AWS::Neptune::DBCluster': ['StorageEncrypted'],
    },
    value: mustBeTrue,
    subject,
    absent: clusterDefault,
  }),
  {
    types: ['aws_ebs_volume', 'AWS::EC2::Volume'],
    judge: (resource, declared) => {
      const on = { aws_ebs_volume: ['encrypted'], 'AWS::EC2::Volume': ['Encrypted'] };
      // An account can encrypt every new volume; where the repository declares that, leaving the argument out is fine.
      const account = (declared.byType.get('aws_ebs_encryption_by_default') ?? []).length > 0;
      const restored = has(resource, 'snapshot_id') || has(resource, 'SnapshotId');
      return flag({ on, value: mustBeTrue, subject, absent: account || restored ? 'unknown' : 'fail' }).judge(resource, declared);
    },
  },
  flag({
    on: {
      aws_efs_file_system: ['encrypted'],
      'AWS::EFS::FileSystem': ['Encrypted'],
      aws_opensearch_domain: ['encrypt_at_rest', 'enabled'],
      aws_elasticsearch_domain: ['encrypt_at_rest', 'enabled'],
      'AWS::OpenSearchService::Domain': ['EncryptionAtRestOptions', 'Enabled'],
      'AWS::Elasticsearch::Domain': ['EncryptionAtRestOptions', 'Enabled'],
    },
    value: mustBeTrue,
    subject,
    absent: 'fail',
  }),
  flag({
    on: {
      aws_elasticache_replication_group: ['at_rest_encryption_enabled'],
      'AWS::ElastiCache::ReplicationGroup': ['AtRestEncryptionEnabled'],
    },
    value: mustBeTrue,
    subject,
    absent: cacheDefault,
  }),
  flag({
    on: { aws_redshift_cluster: ['encrypted'], 'AWS::Redshift::Cluster': ['Encrypted'] },
    value: mustBeTrue,
    subject,
    absent: 'unknown',
  }),
  flag({
    on: { aws_kinesis_stream: ['encryption_type'], 'AWS::Kinesis::Stream': ['StreamEncryption', 'EncryptionType'] },
    value: (value) => (text(value) === 'KMS' ? 'pass' : 'fail'),
    subject,
    absent: 'fail',
  }),
  flag({
    // On by default since 2023, so only turning it off says something.
    on: { aws_sqs_queue: ['sqs_managed_sse_enabled'], 'AWS::SQS::Queue': ['SqsManagedSseEnabled'] },
    value: mustBeTrue,
    subject,
    absent: null,
  }),
];

export const encryptionAtRest: RepositoryCheck = {
  id: 'iac-encryption-at-rest',
  title: 'Declared data stores are encrypted at rest',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A copied disk, snapshot or backup is readable by whoever gets it unless it is encrypted. CSF PR.DS-01 asks that data at rest is protected; ' +
    'SSDF PW.9.1 asks for secure settings by default. Judged are stores whose provider leaves encryption off unless asked; buckets, tables and ' +
    'disks of providers that always encrypt (S3, DynamoDB, Google Cloud, Azure managed disks) are no subject. Read are Terraform and ' +
    "CloudFormation files outside tests and examples; modules' own resources are not seen.",
  remediation: {
    steps: [
      'Turn encryption on in the declaration, with a customer-managed key where someone must be able to withdraw access.',
      'Where the store cannot be changed in place, restore a snapshot into an encrypted one, switch over, and delete the old store with its snapshots.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: evaluate(rules),
};
