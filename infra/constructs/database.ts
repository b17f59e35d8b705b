/**
 * PostgreSQL that knows no password: its owner and the program sign in with IAM, so that there is none to leak, rotate or lose.
 * With a proxy, functions connect to that; migrations, and a stage without one, connect to the instance.
 */
import { Arn, ArnFormat, CfnDeletionPolicy, Stack } from 'aws-cdk-lib';
import { CfnDBInstance, CfnDBParameterGroup, CfnDBSubnetGroup } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { type Config, maxConnections } from '../config.ts';
import type { Lookup, Parameters } from '../parameters.ts';
import { DatabaseProxy } from './database-proxy.ts';

/** The migrations want 16 or newer; 17 is what RDS Proxy knows too. RDS applies minor versions by itself. */
const engine = { engine: 'postgres', engineVersion: '17', family: 'postgres17' } as const;
const name = 'assay';
/** As the migrations name it. */
const program = 'assay_app';
const owner = 'assay_owner';

export interface DatabaseProps {
  readonly config: Config;
  readonly at: Lookup;
}

export class Database extends Construct {
  readonly parameters: Parameters;
  readonly instance: CfnDBInstance;

  constructor(scope: Construct, id: string, { config, at }: DatabaseProps) {
    super(scope, id);
    const { production, database } = config;
    const subnetIds = [at('isolated-subnet-a'), at('isolated-subnet-b')];
    const subnets = new CfnDBSubnetGroup(this, 'Subnets', { dbSubnetGroupDescription: 'Without a way out', subnetIds });
    const settings = new CfnDBParameterGroup(this, 'Settings', {
      description: 'Assay',
      family: engine.family,
      parameters: {
        'rds.force_ssl': '1',
        max_connections: String(maxConnections[database.instance]),
        idle_in_transaction_session_timeout: '60000',
        // A frozen function cannot close its connection; a proxy does that itself, and its own connections are idle by design.
        ...(database.proxy ? {} : { idle_session_timeout: '60000' }),
      },
    });
    this.instance = new CfnDBInstance(this, 'Instance', {
      dbInstanceClass: `db.${database.instance}`,
      engine: engine.engine,
      engineVersion: engine.engineVersion,
      autoMinorVersionUpgrade: true,
      allocatedStorage: String(database.gb),
      storageType: 'gp3',
      storageEncrypted: true,
      multiAz: database.multiAz,
      dbName: name,
      masterUsername: owner,
      masterUserAuthenticationType: 'iam-db-auth',
      enableIamDatabaseAuthentication: true,
      dbSubnetGroupName: subnets.ref,
      dbParameterGroupName: settings.ref,
      vpcSecurityGroups: [at('database-security-group')],
      publiclyAccessible: false,
      // Continuous, so that any second of these days can be restored.
      backupRetentionPeriod: database.backupDays,
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !production,
      deletionProtection: production,
    });
    const policy = production ? CfnDeletionPolicy.SNAPSHOT : CfnDeletionPolicy.DELETE;
    this.instance.cfnOptions.deletionPolicy = policy;
    this.instance.cfnOptions.updateReplacePolicy = policy;

    const instanceId = this.instance.attrDbiResourceId;
    const direct = this.instance.attrEndpointAddress;
    const proxy = database.proxy
      ? new DatabaseProxy(this, 'Proxy', {
          name: config.prefix,
          instance: this.instance,
          userArn: userArn(this, instanceId, program),
          subnetIds,
          securityGroupId: at('proxy-security-group'),
        })
      : null;
    this.parameters = {
      'database-id': this.instance.ref,
      'database-url': url(program, proxy?.endpoint ?? direct),
      'database-user-arn': userArn(this, proxy?.resourceId ?? instanceId, program),
      'owner-url': url(owner, direct),
      'owner-user-arn': userArn(this, instanceId, owner),
    };
  }
}

const url = (user: string, host: string): string => `postgresql://${user}@${host}:5432/${name}?sslmode=verify-full`;

/** What one is allowed to connect as: the instance's or proxy's own id, never its name, which another could bear later. */
const userArn = (scope: Construct, resourceId: string, user: string): string =>
  Arn.format(
    {
      service: 'rds-db',
      resource: 'dbuser',
      resourceName: `${resourceId}/${user}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    },
    Stack.of(scope),
  );
