/** RDS Proxy: keeps few connections to the database for many functions, and holds them over a failover. IAM on both sides. */
import { Fn } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnDBInstance, CfnDBProxy, CfnDBProxyTargetGroup } from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { proxyShare } from '../concurrency.ts';

export interface DatabaseProxyProps {
  readonly name: string;
  readonly instance: CfnDBInstance;
  /** The database user that functions are; the proxy may connect as nobody else. */
  readonly userArn: string;
  readonly subnetIds: string[];
  readonly securityGroupId: string;
}

export class DatabaseProxy extends Construct {
  readonly endpoint: string;
  /** `prx-...`: what stands for the proxy in the ARN of a database user. */
  readonly resourceId: string;

  constructor(scope: Construct, id: string, { name, instance, userArn, subnetIds, securityGroupId }: DatabaseProxyProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('rds.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['rds-db:connect'], resources: [userArn] }));
    const proxy = new CfnDBProxy(this, 'Proxy', {
      dbProxyName: name,
      engineFamily: 'POSTGRESQL',
      defaultAuthScheme: 'IAM_AUTH',
      requireTls: true,
      roleArn: role.roleArn,
      vpcSubnetIds: subnetIds,
      vpcSecurityGroupIds: [securityGroupId],
      // A frozen function cannot close its connection, and one that set something has pinned a connection to the database.
      idleClientTimeout: 60,
    });
    new CfnDBProxyTargetGroup(this, 'Targets', {
      dbProxyName: proxy.ref,
      targetGroupName: 'default',
      dbInstanceIdentifiers: [instance.ref],
      connectionPoolConfigurationInfo: {
        maxConnectionsPercent: proxyShare * 100,
        maxIdleConnectionsPercent: 20,
        connectionBorrowTimeout: 10,
      },
    }).node.addDependency(role);
    this.endpoint = proxy.attrEndpoint;
    // arn:aws:rds:region:account:db-proxy:prx-...
    this.resourceId = Fn.select(6, Fn.split(':', proxy.attrDbProxyArn));
  }
}
