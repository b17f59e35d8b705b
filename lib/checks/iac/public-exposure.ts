import type { RepositoryCheck } from '../check.ts';
import { flag, has, mustBeFalse, undecided } from './flag.ts';
import { networkRules } from './network-rule.ts';
import { hasUnresolved, itemsOf, member, text, truth, valueAt } from './node.ts';
import { policies, policyDataSource, resourcePolicyTypes } from './policy.ts';
import type { Resource } from './resource.ts';
import { evaluate, type Judgement, type Rule } from './rule.ts';

const publicAcl = /^(?:public-read|public-read-write|authenticated-read|PublicRead|PublicReadWrite|AuthenticatedRead)$/;
const anyone = new Set(['allUsers', 'allAuthenticatedUsers']);

const blockNames: Readonly<Record<string, readonly string[]>> = {
  terraform: ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'],
  cloudformation: ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'],
};

/** All four must be on: any one that is off leaves a way to make objects public. */
function judgeBlock(resource: Resource): Judgement | null {
  const inner = member(resource.properties, 'PublicAccessBlockConfiguration');
  if (resource.kind === 'cloudformation' && inner === null) return null;
  const block = resource.kind === 'cloudformation' ? inner?.value : resource.properties;
  const place = inner ?? resource.range;
  const values = (blockNames[resource.kind] ?? []).map((name) => valueAt(block, name));
  if (values.some((value) => !hasUnresolved(value) && truth(value) !== true)) {
    return { result: 'fail', says: 'leaves a way to make the bucket public', cite: [place] };
  }
  if (values.some(hasUnresolved)) return undecided('public access');
  return { result: 'pass', says: 'blocks public access', cite: [place] };
}

/** A policy that lets anybody in without a condition; conditions (a source account, an organisation) are judged by a person. */
function judgePolicy(resource: Resource): Judgement | null {
  const { statements, unresolved } = policies(resource);
  const open = statements.filter((one) => one.allow && one.principals.includes('*'));
  const unconditioned = open.filter((one) => !one.conditioned);
  if (unconditioned.length > 0) return { result: 'fail', says: 'lets any principal in', cite: unconditioned };
  if (open.length > 0)
    return { result: 'unknown', says: 'lets any principal in under a condition that a person must judge', cite: [] };
  if (unresolved)
    return { result: 'unknown', says: 'takes its policy from an expression that files alone do not settle', cite: [] };
  const named = statements.filter((one) => one.namesPrincipal);
  return named.length === 0 ? null : { result: 'pass', says: 'names the principals it lets in', cite: named };
}

function judgeGoogleMember(resource: Resource): Judgement | null {
  const found = member(resource.properties, 'member') ?? member(resource.properties, 'members');
  if (found === null) return null;
  if (itemsOf(found.value).some((one) => anyone.has(text(one) ?? '')))
    return { result: 'fail', says: 'lets anybody in', cite: [found] };
  if (hasUnresolved(found.value)) return null;
  return { result: 'pass', says: 'names who is let in', cite: [found] };
}

/** Every authorised network of a Cloud SQL instance. */
function judgeGoogleSql(resource: Resource): Judgement | null {
  const networks = itemsOf(valueAt(resource.properties, 'settings', 'ip_configuration', 'authorized_networks'));
  const open = networks.filter((network) => text(valueAt(network, 'value')) === '0.0.0.0/0');
  return open.length === 0 ? null : { result: 'fail', says: 'admits every address to the database', cite: open };
}

const rules: readonly Rule[] = [
  ...networkRules,
  flag({
    on: { aws_s3_bucket: ['acl'], aws_s3_bucket_acl: ['acl'], 'AWS::S3::Bucket': ['AccessControl'] },
    value: (value) => (publicAcl.test(text(value) ?? '') ? 'fail' : 'pass'),
    subject: 'public access',
    absent: null,
  }),
  { types: ['aws_s3_bucket_public_access_block', 'aws_s3_account_public_access_block', 'AWS::S3::Bucket'], judge: judgeBlock },
  { types: [...resourcePolicyTypes, policyDataSource], judge: judgePolicy },
  flag({
    on: {
      aws_db_instance: ['publicly_accessible'],
      aws_rds_cluster_instance: ['publicly_accessible'],
      aws_dms_replication_instance: ['publicly_accessible'],
    },
    value: mustBeFalse,
    subject: 'public access',
    absent: 'pass',
  }),
  flag({
    on: {
      aws_redshift_cluster: ['publicly_accessible'],
      'AWS::RDS::DBInstance': ['PubliclyAccessible'],
      'AWS::Redshift::Cluster': ['PubliclyAccessible'],
    },
    value: mustBeFalse,
    subject: 'public access',
    // The provider's default depends on the subnets, or changed between versions.
    absent: (resource) => (has(resource, 'DBClusterIdentifier') ? null : 'unknown'),
  }),
  flag({
    on: {
      azurerm_storage_account: ['allow_nested_items_to_be_public'],
      azurerm_mssql_server: ['public_network_access_enabled'],
      azurerm_postgresql_flexible_server: ['public_network_access_enabled'],
    },
    value: mustBeFalse,
    subject: 'public access',
    absent: null,
  }),
  {
    types: ['google_storage_bucket_iam_member', 'google_storage_bucket_iam_binding', 'google_cloud_run_service_iam_member'],
    judge: judgeGoogleMember,
  },
  { types: ['google_sql_database_instance'], judge: judgeGoogleSql },
];

export const publicExposure: RepositoryCheck = {
  id: 'iac-public-exposure',
  title: 'Declared networks, buckets and databases are closed to the public',
  capability: 'repository-files',
  severity: 'critical',
  rationale:
    'What every address can reach is found within hours and attacked for ever. CSF PR.IR-01 asks that networks are protected from unauthorised ' +
    'access; SSDF PW.9.1 asks for secure settings by default. Ports 80 and 443 may be open to all: public services live there. Read are ' +
    "Terraform and CloudFormation files outside tests and examples; modules' own resources and settings made elsewhere are not seen.",
  remediation: {
    steps: [
      'Admit only the networks or security groups that need the port; reach databases and administration over a private network or a session manager.',
      'Block public access of buckets, and serve public files through a content delivery network that reads the bucket with its own identity.',
      'Turn public access of the database off and move it to private subnets.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.IR-01'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: evaluate(rules),
};
