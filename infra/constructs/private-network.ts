/** Two zones: functions in subnets with a way out through one NAT, database and cache in subnets without any. */
import { RemovalPolicy } from 'aws-cdk-lib';
import {
  type CfnInstance,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InstanceClass,
  InstanceSize,
  InstanceType,
  type ISecurityGroup,
  NatProvider,
  NatTrafficDirection,
  Port,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export class PrivateNetwork extends Construct {
  readonly vpc: Vpc;
  readonly #admit: (group: ISecurityGroup) => void;

  constructor(scope: Construct, id: string, { nat }: { readonly nat: 'instance' | 'gateway' }) {
    super(scope, id);
    const instance = nat === 'instance' ? natInstance() : null;
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: 2,
      // One for both zones: the second would cost as much again, and what falls out with its zone is model and MCP calls, which are retried.
      natGateways: 1,
      natGatewayProvider: instance ?? NatProvider.gateway(),
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
        { name: 'Functions', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'Data', subnetType: SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
      ],
      // Free, and keeps reports off the NAT. Other services would need interface endpoints: $7 a month each and zone.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    // What was refused: an attempt to reach what is closed. Accepted traffic is in the logs of those who made it.
    const logs = new LogGroup(this, 'FlowLogs', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY });
    this.vpc.addFlowLog('Refused', {
      destination: FlowLogDestination.toCloudWatchLogs(logs),
      trafficType: FlowLogTrafficType.REJECT,
    });
    for (const { node } of instance?.gatewayInstances ?? []) {
      // It installs its firewall from the network when it starts.
      node.addDependency(...this.vpc.publicSubnets.map(({ internetConnectivityEstablished }) => internetConnectivityEstablished));
      harden(node.defaultChild as CfnInstance);
    }
    this.#admit = (group) => instance?.connections.allowFrom(group, Port.allTcp(), 'On their way out');
  }

  /** Lets what is in this group out through a NAT instance; a gateway asks nobody. */
  admitToNat(group: ISecurityGroup): void {
    this.#admit(group);
  }
}

/** What NatProvider has no setting for. */
function harden(instance: CfnInstance): void {
  instance.blockDeviceMappings = [{ deviceName: '/dev/xvda', ebs: { encrypted: true, volumeType: 'gp3' } }];
  instance.metadataOptions = { httpTokens: 'required' };
}

const natInstance = () =>
  NatProvider.instanceV2({
    instanceType: InstanceType.of(InstanceClass.T4G, InstanceSize.NANO),
    defaultAllowedTraffic: NatTrafficDirection.OUTBOUND_ONLY,
    // The one thing in the public subnets that has an address; nothing else gets one by being there.
    associatePublicIpAddress: true,
  });
