/** What of cdk-nag's findings is accepted, where, and why. docs/adr/nag-acceptances.md */

export interface Acceptance {
  /** The rule with its finding, as cdk-nag names it. */
  readonly rule: RegExp;
  /** Construct paths. */
  readonly where: RegExp;
  readonly reason: string;
  /** Only where the console has been built. */
  readonly sometimes?: true;
}

const functionPolicy = /\/(Api|Ws|Tasks|Events|Deploy)\w+Role\/DefaultPolicy\/Resource$/;
const machinePolicy = /\/Workflow\/(Run|Analysis|Report)Machine\/Role\/DefaultPolicy\/Resource$/;

export const accepted: readonly Acceptance[] = [
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+Logs[0-9A-F]{8}\.Arn>:\*\]$/,
    where: functionPolicy,
    reason: "The streams of the function's own log group.",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: functionPolicy,
    reason: 'X-Ray has no resource-level permissions.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: machinePolicy,
    reason: 'Log delivery and X-Ray have no resource-level permissions.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*(:execute-api:.*\/live|websocketstagearn\w+>)\/(POST|DELETE)\/@connections\/\*\]$/,
    where: functionPolicy,
    reason: 'Connection ids are made by API Gateway.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:.*:states:.*:execution:assay-\w+-(run|analysis|report):\*\]$/,
    where: functionPolicy,
    reason: 'Executions are named by run ids.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:.*:states:.*:execution:\{"Fn::Select":.*\}\*\]$/,
    where: machinePolicy,
    reason: 'Nested executions are named by run ids.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:s3:::<\w+reportsbucket\w+>\/\*\]$/,
    where: functionPolicy,
    reason: 'Object keys are ids of projects and runs.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<Tasks\w+\.Arn>:\*\]$/,
    where: machinePolicy,
    reason: "Versions and aliases of the machine's own tasks.",
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    where: /\/Watch\/DeadLetters\/Resource$/,
    reason: 'The dead-letter queue itself.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    where: /\/Http\/Api\//,
    reason: 'Tokens are verified in the function: the built-in JWT authorizer knows RSA only, and sign-in uses ES256.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    where: /\/WebSocket\/Api\//,
    reason: 'The function behind $connect redeems a single-use ticket; later routes run on that connection only.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/NetworkInterfaces\/Resource$/,
    reason:
      'Lambda plugs a function into the VPC by interfaces that have no name before; the code itself is denied the same actions.',
  },
  {
    rule: /^AwsSolutions-EC28$/,
    where: /-dev-network\/.*\/NatInstance\/Resource$/,
    reason: 'The NAT instance of a development stage: a metric every five minutes does.',
  },
  {
    rule: /^AwsSolutions-EC29$/,
    where: /-dev-network\/.*\/NatInstance\/Resource$/,
    reason: 'The NAT instance of a development stage holds nothing, and a newer image replaces it.',
  },
  {
    rule: /^AwsSolutions-RDS(3|10)$/,
    where: /-dev-data\/Database\/Instance$/,
    reason: 'A development stage lives in one zone and can be deleted.',
  },
  {
    rule: /^AwsSolutions-RDS11$/,
    where: /-data\/Database\/Instance$/,
    reason: 'The port is reachable by functions and proxy alone: another number would hide it from nobody.',
  },
  {
    rule: /^AwsSolutions-IAM4\[Policy::.*\/AWSBackupServiceRolePolicyFor\w+\]$/,
    where: /-data\/Backups\/Role\/Resource$/,
    reason: "AWS Backup's own policies: what it has to do follows the service.",
  },
  {
    rule: /^AwsSolutions-IAM4\[Policy::.*\/AWSCodeDeployRoleForLambdaLimited\]$/,
    where: /\/Releases\/Role\/Resource$/,
    reason: "CodeDeploy's own policy, the smaller of two: it moves aliases and reads alarms.",
  },
  {
    rule: /^AwsSolutions-CFR(1|2)$/,
    where: /\/Console\/Distribution\/Resource$/,
    reason:
      'Static files without a secret, for anybody anywhere; a firewall would cost more than the rest of a development stage.',
  },
  {
    rule: /^AwsSolutions-CFR4$/,
    where: /\/Console\/Distribution\/Resource$/,
    reason: "CloudFront's own certificate names no minimum; a domain of one's own (consoleDomain) has TLS 1.2.",
  },
  {
    rule: /^AwsSolutions-(IAM4|IAM5|L1)\b/,
    where: /-web\/Custom::CDKBucketDeployment\w+\//,
    reason:
      "CDK's own function, which unpacks the console into its bucket and clears CloudFront's cache: code, runtime and role are CDK's.",
    sometimes: true,
  },
];
