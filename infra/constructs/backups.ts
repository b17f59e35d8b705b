/** A second copy of database and reports, in a vault from which nothing can be deleted before its time. Production only. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** How long an erased project lives on in backups; also the longest that a continuous backup reaches. */
const deleteAfter = Duration.days(35);
const scheduleExpression = Schedule.cron({ hour: '3', minute: '0' });

/** AWS's own, made for this service: what it may do follows the service. */
const policies = [
  'service-role/AWSBackupServiceRolePolicyForBackup',
  'service-role/AWSBackupServiceRolePolicyForRestores',
  'AWSBackupServiceRolePolicyForS3Backup',
  'AWSBackupServiceRolePolicyForS3Restore',
];

export interface BackupsProps {
  readonly instance: CfnDBInstance;
  readonly bucket: Bucket;
}

export class Backups extends Construct {
  constructor(scope: Construct, id: string, { instance, bucket }: BackupsProps) {
    super(scope, id);
    const backupVault = new BackupVault(this, 'Vault', {
      blockRecoveryPointDeletion: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('backup.amazonaws.com'),
      managedPolicies: policies.map((name) => ManagedPolicy.fromAwsManagedPolicyName(name)),
    });
    // RDS restores to any second by itself (a continuous rule would take that over, settings and all): a snapshot a day beside it.
    new BackupPlan(this, 'Database', {
      backupVault,
      backupPlanRules: [new BackupPlanRule({ ruleName: 'Daily', scheduleExpression, deleteAfter })],
    }).addSelection('Instance', { role, resources: [BackupResource.fromArn(instance.attrDbInstanceArn)] });
    new BackupPlan(this, 'Reports', {
      backupVault,
      backupPlanRules: [
        new BackupPlanRule({ ruleName: 'Continuous', scheduleExpression, enableContinuousBackup: true, deleteAfter }),
      ],
    }).addSelection('Bucket', { role, resources: [BackupResource.fromArn(bucket.bucketArn)] });
  }
}
