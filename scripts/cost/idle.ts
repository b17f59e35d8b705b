/** What a stage costs while nobody uses it: everything that is billed by the hour or the month, from the templates. */
import { at, type Found, type Stage } from '../../infra/testing.ts';
import { hourly, hoursOfMonth, monthly, perUse } from './prices.ts';

export interface Line {
  readonly what: string;
  readonly count: number;
  readonly dollars: number;
}

type Computer = keyof typeof hourly;
const isPriced = (name: string): name is Computer => name in hourly;

/** Of a kind that the price table does not know: NaN, which no goal is above or below. */
const computer = (name: unknown): number => (isPriced(String(name)) ? byHour(hourly[String(name) as Computer]) : Number.NaN);
const byHour = (dollars: number): number => dollars * hoursOfMonth;

/** NAT instances are Amazon Linux on 8 GB of disk. */
const natDiskGb = 8;
/** The least that serverless Valkey bills. */
const leastCacheGb = 0.1;
/** A proxy is billed by its instance's processors, two at least, and every size here has two. */
const proxyVcpus = 2;
/** What a schedule sets off, at the memory of the event functions: half a second, measured generously. */
const sweepGbSeconds = 0.5;

const prices: Readonly<Record<string, (found: Found) => number>> = {
  'AWS::EC2::NatGateway': () => byHour(hourly.natGateway + hourly.publicAddress),
  'AWS::EC2::Instance': (found) =>
    computer(at(found, 'InstanceType')) + byHour(hourly.publicAddress) + natDiskGb * monthly.diskGb,
  /** Interface endpoints by zone; gateway endpoints are free. */
  'AWS::EC2::VPCEndpoint': (found) => (at(found, 'VpcEndpointType') === 'Gateway' ? 0 : 2 * byHour(hourly.interfaceEndpoint)),
  /** A second zone doubles computer and disk. */
  'AWS::RDS::DBInstance': (found) =>
    (computer(at(found, 'DBInstanceClass')) + monthly.databaseGb * Number(at(found, 'AllocatedStorage'))) *
    (at(found, 'MultiAZ') === true ? 2 : 1),
  'AWS::RDS::DBProxy': () => byHour(proxyVcpus * hourly.proxyVcpu),
  'AWS::ElastiCache::ServerlessCache': () => byHour(leastCacheGb * hourly.cacheGb),
  'AWS::KMS::Key': () => monthly.key,
  /** By the metrics that one looks at. */
  'AWS::CloudWatch::Alarm': (found) => monthly.alarm * metricsIn(found),
  'AWS::CloudWatch::CompositeAlarm': () => monthly.compositeAlarm,
  'AWS::CloudWatch::Dashboard': () => monthly.dashboard,
  'AWS::SecretsManager::Secret': () => monthly.secret,
  /** Snapshots are increments: those of an idle database hold little beside the first. RDS's own backups are in its price. */
  'AWS::Backup::BackupVault': () => monthly.snapshotGb,
  'AWS::Events::Rule': (found) =>
    firesInMonth(at(found, 'ScheduleExpression')) * (perUse.lambdaGbSecond * sweepGbSeconds + perUse.lambdaRequest),
};

/** `rate(2 minutes)`; 0 for a rule that waits for events. */
function firesInMonth(schedule: unknown): number {
  const minutes = Number(/^rate\((\d+) minutes?\)$/.exec(String(schedule))?.[1] ?? Number.POSITIVE_INFINITY);
  return (hoursOfMonth * 60) / minutes;
}

/** Services and kinds that cost by use alone, or nothing. */
const free =
  /^AWS::(IAM|SSM|Logs|S3|Lambda|ApiGatewayV2|CodeDeploy|CloudFront|StepFunctions|SQS|SNS|Budgets|XRay|Route53::RecordSet|RDS::DB(Subnet|Parameter|ProxyTarget)Group|KMS::Alias|Backup::(BackupPlan|BackupSelection)|Scheduler|ResourceGroups|EC2::(VPC|Subnet|RouteTable|SubnetRouteTableAssociation|Route|EIP|EIPAssociation|InternetGateway|VPCGatewayAttachment|FlowLog|SecurityGroup(Egress|Ingress)?|LaunchTemplate|NetworkInterface))(::|$)|^(Custom::|AWS::CDK::|AWS::CloudFormation::)/;

/** What is neither priced nor known to be free has no price: NaN, so that no goal is met before somebody has looked it up. */
export function idleLines(stage: Stage): readonly Line[] {
  const lines = stage.types().flatMap((type) => {
    const found = stage.ofType(type);
    const price = prices[type] ?? (free.test(type) ? null : () => Number.NaN);
    return price === null
      ? []
      : [{ what: type, count: found.length, dollars: found.reduce((total, one) => total + price(one), 0) }];
  });
  // An operator stores it by hand; no template makes it.
  return [...lines, { what: "Secret with the model's key", count: 1, dollars: monthly.secret }];
}

export const sum = (lines: readonly Line[]): number => lines.reduce((total, { dollars }) => total + dollars, 0);

function metricsIn(found: Found): number {
  const several = at(found, 'Metrics');
  return Array.isArray(several) ? several.filter((one) => Reflect.has(Object(one), 'MetricStat')).length : 1;
}
