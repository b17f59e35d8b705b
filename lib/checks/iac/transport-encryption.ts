import type { RepositoryCheck } from '../check.ts';
import { flag, mustBeTrue, undecided } from './flag.ts';
import { hasUnresolved, itemsOf, member, type Node, text, truth, valueAt } from './node.ts';
import type { Resource } from './resource.ts';
import { evaluate, type Judgement, type Rule, whole } from './rule.ts';

const subject = 'the protocol';

/** Listener policies of AWS that still accept TLS 1.0 or 1.1, and those that do not; any other name is left open. */
const oldListenerPolicy = /^ELBSecurityPolicy-(?:2015-|2016-08|TLS-1-[01]-|FS-2018-06|FS-1-1-|TLS13-1-[01]-)/;
const newListenerPolicy = /^ELBSecurityPolicy-(?:TLS-1-2-|FS-1-2-|TLS13-1-[23]-)/;

const byName =
  (old: RegExp, current: RegExp) =>
  (value: Node): Judgement['result'] => {
    const name = text(value) ?? '';
    return old.test(name) ? 'fail' : current.test(name) ? 'pass' : 'unknown';
  };

function judgeListener(resource: Resource): Judgement | null {
  const protocol = member(resource.properties, 'protocol') ?? member(resource.properties, 'Protocol');
  if (protocol === null || hasUnresolved(protocol.value)) return undecided(subject);
  if (!/^http$/i.test(text(protocol.value) ?? '')) return null;
  const actions = member(resource.properties, 'default_action') ?? member(resource.properties, 'DefaultActions');
  const cite = actions === null ? [protocol] : [protocol, actions];
  const each = itemsOf(actions?.value);
  const redirects = each.flatMap((action) => itemsOf(valueAt(action, 'redirect') ?? valueAt(action, 'RedirectConfig')));
  const targets = redirects.map((one) => valueAt(one, 'protocol') ?? valueAt(one, 'Protocol'));
  if (targets.some((target) => text(target) === 'HTTPS')) return { result: 'pass', says: 'redirects plain HTTP', cite };
  const types = each.map((action) => valueAt(action, 'type') ?? valueAt(action, 'Type'));
  if ([...types, ...targets, ...each].some((node) => node?.kind === 'unresolved') || actions?.value.kind === 'unresolved') {
    return undecided(subject);
  }
  return { result: 'fail', says: 'answers over plain HTTP', cite };
}

const viewerPolicies = [
  ['default_cache_behavior', 'viewer_protocol_policy'],
  ['ordered_cache_behavior', 'viewer_protocol_policy'],
  ['DefaultCacheBehavior', 'ViewerProtocolPolicy'],
  ['CacheBehaviors', 'ViewerProtocolPolicy'],
] as const;

function judgeDistribution(resource: Resource): Judgement | null {
  const root = resource.kind === 'cloudformation' ? valueAt(resource.properties, 'DistributionConfig') : resource.properties;
  const behaviours = viewerPolicies.flatMap(([list, name]) =>
    itemsOf(valueAt(root, list)).flatMap((behaviour) => member(behaviour, name) ?? []),
  );
  const plain = behaviours.filter(({ value }) => text(value) === 'allow-all');
  if (plain.length > 0) return { result: 'fail', says: 'serves viewers over plain HTTP', cite: plain };
  if (behaviours.some(({ value }) => hasUnresolved(value))) return undecided(subject);
  return behaviours.length === 0 ? null : { result: 'pass', says: 'serves viewers over HTTPS only', cite: behaviours };
}

const oldCertificatePolicy = /^(?:SSLv3|TLSv1|TLSv1_2016|TLSv1\.1_2016)$/;

/** TLS may also end at a load balancer in front of the ingress: only what says so itself is judged. */
function judgeIngress({ properties }: Resource): Judgement | null {
  const tls = member(properties, 'spec', 'tls');
  if (tls !== null && itemsOf(tls.value).length > 0) return { result: 'pass', says: 'terminates TLS', cite: [tls] };
  const annotations = valueAt(properties, 'metadata', 'annotations');
  const redirect = member(annotations, 'nginx.ingress.kubernetes.io/ssl-redirect');
  if (redirect !== null && truth(redirect.value) === false)
    return { result: 'fail', says: 'turns the redirect to TLS off', cite: [redirect] };
  return { result: 'unknown', says: 'names no certificate: whether TLS ends before it, files alone do not settle', cite: [] };
}

/** `rds.force_ssl = 0` in a parameter group lets clients connect in the clear. */
function judgeParameters(resource: Resource): Judgement | null {
  const parameter = itemsOf(valueAt(resource.properties, 'parameter')).find((one) =>
    /^(?:rds\.force_ssl|require_secure_transport)$/.test(text(valueAt(one, 'name')) ?? ''),
  );
  const value = text(valueAt(parameter, 'value'));
  if (parameter === undefined || value === undefined) return null;
  const on = /^(?:1|on|true)$/i.test(value);
  return on
    ? { result: 'pass', says: 'makes database clients use TLS', cite: [parameter] }
    : { result: 'fail', says: 'lets database clients connect without TLS', cite: [parameter] };
}

function judgeClassicBalancer(resource: Resource): Judgement | null {
  const listeners = itemsOf(valueAt(resource.properties, 'listener') ?? valueAt(resource.properties, 'Listeners'));
  const protocol = (listener: Node): string => text(valueAt(listener, 'lb_protocol') ?? valueAt(listener, 'Protocol')) ?? '';
  const plain = listeners.filter((listener) => /^http$/i.test(protocol(listener)));
  if (plain.length > 0) return { result: 'fail', says: 'answers over plain HTTP', cite: plain };
  return listeners.some(hasUnresolved) || listeners.length === 0
    ? null
    : { result: 'pass', says: 'answers over no plain HTTP', cite: whole(resource) };
}

const rules: readonly Rule[] = [
  { types: ['aws_lb_listener', 'aws_alb_listener', 'AWS::ElasticLoadBalancingV2::Listener'], judge: judgeListener },
  flag({
    on: {
      aws_lb_listener: ['ssl_policy'],
      aws_alb_listener: ['ssl_policy'],
      'AWS::ElasticLoadBalancingV2::Listener': ['SslPolicy'],
    },
    value: byName(oldListenerPolicy, newListenerPolicy),
    subject: 'the TLS version',
    absent: ({ properties }) => {
      const protocol = text(valueAt(properties, 'protocol')) ?? text(valueAt(properties, 'Protocol')) ?? '';
      return /^(?:https|tls)$/i.test(protocol) ? 'unknown' : null;
    },
  }),
  { types: ['aws_elb', 'AWS::ElasticLoadBalancing::LoadBalancer'], judge: judgeClassicBalancer },
  { types: ['aws_cloudfront_distribution', 'AWS::CloudFront::Distribution'], judge: judgeDistribution },
  flag({
    on: {
      aws_cloudfront_distribution: ['viewer_certificate', 'minimum_protocol_version'],
      'AWS::CloudFront::Distribution': ['DistributionConfig', 'ViewerCertificate', 'MinimumProtocolVersion'],
    },
    value: byName(oldCertificatePolicy, /^TLSv1\.[23]_/),
    subject: 'the TLS version',
    absent: null,
  }),
  flag({
    on: {
      aws_api_gateway_domain_name: ['security_policy'],
      aws_apigatewayv2_domain_name: ['domain_name_configuration', 'security_policy'],
      'AWS::ApiGateway::DomainName': ['SecurityPolicy'],
    },
    value: byName(/^TLS_1_0$/, /^(?:TLS_1_2|SecurityPolicy_TLS1[23]_)/),
    subject: 'the TLS version',
    absent: 'unknown',
  }),
  flag({
    on: {
      aws_elasticache_replication_group: ['transit_encryption_enabled'],
      'AWS::ElastiCache::ReplicationGroup': ['TransitEncryptionEnabled'],
    },
    value: mustBeTrue,
    subject: 'encryption in transit',
    absent: ({ properties }) =>
      (text(valueAt(properties, 'engine')) ?? text(valueAt(properties, 'Engine')) ?? 'redis') === 'redis' ? 'fail' : 'unknown',
  }),
  flag({
    on: {
      azurerm_storage_account: ['https_traffic_only_enabled'],
      aws_opensearch_domain: ['domain_endpoint_options', 'enforce_https'],
      'AWS::OpenSearchService::Domain': ['DomainEndpointOptions', 'EnforceHTTPS'],
    },
    value: mustBeTrue,
    subject: 'plain HTTP',
    absent: null,
  }),
  flag({
    on: { azurerm_storage_account: ['min_tls_version'], azurerm_mssql_server: ['minimum_tls_version'] },
    value: byName(/^(?:TLS1_[01]|1\.[01])$/, /^(?:TLS1_[23]|1\.[23])$/),
    subject: 'the TLS version',
    absent: null,
  }),
  { types: ['aws_db_parameter_group', 'aws_rds_cluster_parameter_group'], judge: judgeParameters },
  { types: ['Ingress'], judge: judgeIngress },
];

export const transportEncryption: RepositoryCheck = {
  id: 'iac-tls-minimum',
  title: 'Declared endpoints use current TLS and no plain HTTP',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'Plain HTTP and TLS before 1.2 let whoever is on the path read and change what is sent. CSF PR.DS-02 asks that data in transit is ' +
    'protected; SSDF PW.9.1 asks for secure settings by default. An HTTP listener that only redirects to HTTPS is fine. A default that ' +
    'differs between providers and versions is left open. Read are Terraform, CloudFormation and Kubernetes files outside tests and examples.',
  remediation: {
    steps: [
      'Give the endpoint a certificate and listen with HTTPS; let port 80 do nothing but redirect.',
      'Choose a policy whose minimum is TLS 1.2, better 1.3, and state it instead of relying on a default.',
      'Turn encryption in transit on for caches, search clusters and databases, and make clients require it.',
    ],
    effort: 'small',
  },
  controls: { 'nist-csf-2.0': ['PR.DS-02'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: evaluate(rules),
};
