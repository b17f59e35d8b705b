import type { RepositoryCheck } from '../check.ts';
import { flag, mustBeTrue, undecided } from './flag.ts';
import { amount, hasUnresolved, itemsOf, member, type Node, text, truth, valueAt } from './node.ts';
import type { Resource } from './resource.ts';
import { evaluate, type Judgement, type Rule, whole } from './rule.ts';

/** An intrusion is found weeks after it began: shorter than a month and the beginning is gone. Zero means for ever, unchosen. */
const SHORTEST_RETENTION_DAYS = 30;

const retention = (value: Node): Judgement['result'] => ((amount(value) ?? 0) >= SHORTEST_RETENTION_DAYS ? 'pass' : 'fail');

/** Application load balancers; network ones log TLS connections only. */
function judgeBalancer(resource: Resource): Judgement | null {
  const type = text(valueAt(resource.properties, 'load_balancer_type') ?? valueAt(resource.properties, 'Type'));
  if (type === 'network' || type === 'gateway') return null;
  if (resource.kind === 'cloudformation') return judgeAttributes(resource);
  const logs = member(resource.properties, 'access_logs');
  if (logs === null) return { result: 'fail', says: 'keeps no access log', cite: whole(resource) };
  const enabled = valueAt(logs.value, 'enabled');
  if (hasUnresolved(enabled) || logs.value.kind === 'unresolved') return undecided('access logs');
  // The provider leaves the block off until `enabled` is true.
  return truth(enabled) === true
    ? { result: 'pass', says: 'keeps an access log', cite: [logs] }
    : { result: 'fail', says: 'has its access log off', cite: [logs] };
}

function judgeAttributes(resource: Resource): Judgement {
  const attributes = valueAt(resource.properties, 'LoadBalancerAttributes');
  const enabled = itemsOf(attributes).find((one) => text(valueAt(one, 'Key')) === 'access_logs.s3.enabled');
  if (enabled === undefined) {
    return attributes?.kind === 'unresolved'
      ? undecided('access logs')
      : { result: 'fail', says: 'keeps no access log', cite: whole(resource) };
  }
  const on = valueAt(enabled, 'Value');
  if (hasUnresolved(on)) return undecided('access logs');
  return truth(on) === true
    ? { result: 'pass', says: 'keeps an access log', cite: [enabled] }
    : { result: 'fail', says: 'has its access log off', cite: [enabled] };
}

/** A setting that is a block: there or not. */
const presence = (on: Readonly<Record<string, readonly string[]>>, subject: string): Rule => ({
  types: Object.keys(on),
  judge: (resource) => {
    const path = on[resource.type] ?? [];
    const found = member(resource.properties, ...path);
    if (found === null) {
      const outer = member(resource.properties, path[0] ?? '');
      return outer?.value.kind === 'unresolved'
        ? undecided(subject)
        : { result: 'fail', says: `keeps no ${subject}`, cite: whole(resource) };
    }
    if (found.value.kind === 'unresolved') return undecided(subject);
    if (itemsOf(found.value).length === 0) return { result: 'fail', says: `keeps no ${subject}`, cite: [found] };
    return { result: 'pass', says: `keeps ${subject}`, cite: [found] };
  },
});

const rules: readonly Rule[] = [
  flag({
    on: { aws_cloudwatch_log_group: ['retention_in_days'], 'AWS::Logs::LogGroup': ['RetentionInDays'] },
    value: retention,
    subject: 'retention time',
    absent: 'fail',
  }),
  flag({
    on: { aws_cloudtrail: ['enable_logging'], 'AWS::CloudTrail::Trail': ['IsLogging'] },
    value: mustBeTrue,
    subject: 'logging',
    absent: null,
  }),
  flag({
    on: { aws_cloudtrail: ['enable_log_file_validation'], 'AWS::CloudTrail::Trail': ['EnableLogFileValidation'] },
    value: mustBeTrue,
    subject: 'validation of the trail',
    absent: 'fail',
  }),
  { types: ['aws_lb', 'aws_alb', 'AWS::ElasticLoadBalancingV2::LoadBalancer'], judge: judgeBalancer },
  presence(
    {
      aws_api_gateway_stage: ['access_log_settings'],
      aws_apigatewayv2_stage: ['access_log_settings'],
      'AWS::ApiGateway::Stage': ['AccessLogSetting'],
      'AWS::ApiGatewayV2::Stage': ['AccessLogSettings'],
    },
    'access log',
  ),
  presence(
    { aws_eks_cluster: ['enabled_cluster_log_types'], 'AWS::EKS::Cluster': ['Logging', 'ClusterLogging', 'EnabledTypes'] },
    'log of the control plane',
  ),
  flag({
    on: { azurerm_log_analytics_workspace: ['retention_in_days'], google_logging_project_bucket_config: ['retention_days'] },
    value: retention,
    subject: 'retention time',
    absent: null,
  }),
];

export const loggingRetention: RepositoryCheck = {
  id: 'iac-logging-retention',
  title: 'Declared services keep logs, for a chosen time',
  capability: 'repository-files',
  severity: 'medium',
  rationale:
    'Without logs an incident can be neither noticed nor reconstructed, and logs kept for ever are personal data without an end. CSF PR.PS-04 ' +
    'asks that log records are generated and available for monitoring; SSDF PO.5.1 asks that environments are protected, monitoring included. ' +
    `A retention under ${SHORTEST_RETENTION_DAYS} days fails: the beginning of an intrusion is then gone before it is found. Read are Terraform ` +
    "and CloudFormation files outside tests and examples; modules' own resources are not seen.",
  remediation: {
    steps: [
      'Set a retention time on every log group: as long as your policy says, at least one month.',
      'Turn access logs on for load balancers and API stages, the control plane log for clusters, and log file validation for the audit trail.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.PS-04'], 'nist-ssdf-1.1': ['PO.5.1'] },
  evaluate: evaluate(rules),
};
