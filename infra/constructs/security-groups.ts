/** Who may reach whom. Only functions reach proxy, database and cache; only the proxy besides them reaches the database. */
import { type IVpc, Peer, Port, SecurityGroup, type Vpc } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export const databasePort = 5432;
/** Serverless Valkey: 6379 for primaries, 6380 for readers, which the cluster protocol names. */
export const cachePort = 6379;

export class SecurityGroups extends Construct {
  readonly functions: SecurityGroup;
  /** For functions that call users' servers, which may listen on any port. What may not be reached is refused by lib/net. */
  readonly outward: SecurityGroup;
  readonly database: SecurityGroup;
  readonly proxy: SecurityGroup;
  readonly cache: SecurityGroup;

  constructor(scope: Construct, id: string, vpc: Vpc) {
    super(scope, id);
    // CDK declares optional members without `| undefined`, which exactOptionalPropertyTypes tells apart: hence `as`, here and elsewhere.
    const group = (name: string, description: string): SecurityGroup =>
      new SecurityGroup(this, name, { vpc: vpc as IVpc, description, allowAllOutbound: false });
    this.functions = group('Functions', 'Functions that use the database or the cache');
    this.outward = group('Outward', 'Functions that call servers of users');
    this.database = group('Database', 'The PostgreSQL instance');
    this.proxy = group('Proxy', 'RDS Proxy');
    this.cache = group('Cache', 'Serverless Valkey');

    this.functions.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS, the model, sign-in');
    this.outward.addEgressRule(Peer.anyIpv4(), Port.allTcp(), 'MCP servers, on the port that their owner chose');
    const allow = (from: SecurityGroup, to: SecurityGroup, port: Port, what: string): void => {
      from.addEgressRule(to, port, `To ${what}`);
      to.addIngressRule(from, port, `To ${what}`);
    };
    allow(this.functions, this.proxy, Port.tcp(databasePort), 'the proxy');
    // Without a proxy (dev), and for migrations everywhere.
    allow(this.functions, this.database, Port.tcp(databasePort), 'the database');
    allow(this.proxy, this.database, Port.tcp(databasePort), 'the database');
    allow(this.functions, this.cache, Port.tcpRange(cachePort, cachePort + 1), 'the cache');
  }
}
