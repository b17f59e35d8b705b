/** Firewall rules of several providers, brought to one form: who may reach which ports. */
import { amount, hasUnresolved, itemsOf, member, type Node, type Place, text, valueAt } from './node.ts';
import type { Resource } from './resource.ts';
import { type Judgement, type Rule, whole } from './rule.ts';

/** Names of the arguments of one inbound rule. */
interface Names {
  readonly sources: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
}

const terraformNames: Names = {
  sources: ['cidr_blocks', 'ipv6_cidr_blocks'],
  from: 'from_port',
  to: 'to_port',
  protocol: 'protocol',
};
const vpcNames: Names = { sources: ['cidr_ipv4', 'cidr_ipv6'], from: 'from_port', to: 'to_port', protocol: 'ip_protocol' };
const templateNames: Names = { sources: ['CidrIp', 'CidrIpv6'], from: 'FromPort', to: 'ToPort', protocol: 'IpProtocol' };

const everywhere = new Set(['0.0.0.0/0', '::/0', '*', 'internet', 'any']);
/** The ports that a public service answers on. */
const publicPorts = new Set([80, 443]);

const isEverywhere = (node: Node): boolean => everywhere.has((text(node) ?? '').toLowerCase());

type Openness = 'open' | 'closed' | 'undecided';

function openness(rule: Node, names: Names): Openness {
  const sources = names.sources.flatMap((name) => itemsOf(valueAt(rule, name)));
  if (!sources.some(isEverywhere)) return sources.some(hasUnresolved) ? 'undecided' : 'closed';
  const protocol = valueAt(rule, names.protocol);
  if (protocol?.kind === 'unresolved') return 'undecided';
  if (/^(?:icmp|icmpv6|58|1)$/i.test(text(protocol) ?? '')) return 'closed';
  if (/^(?:-1|all)$/i.test(text(protocol) ?? '')) return 'open';
  const from = valueAt(rule, names.from);
  const to = valueAt(rule, names.to) ?? from;
  if (hasUnresolved(from) || hasUnresolved(to)) return 'undecided';
  const port = amount(from);
  return port !== undefined && port === amount(to) && publicPorts.has(port) ? 'closed' : 'open';
}

/** `places`: of the rules that are open; none open and one undecided leaves the resource undecided. */
function verdict(resource: Resource, rules: readonly (readonly [Openness, Place])[], all: readonly Place[]): Judgement {
  const open = rules.filter(([state]) => state === 'open').map(([, place]) => place);
  if (open.length > 0) return { result: 'fail', says: 'opens ports other than those of the web to every address', cite: open };
  if (rules.some(([state]) => state === 'undecided')) {
    return { result: 'unknown', says: 'decides who is admitted by an expression that only a plan resolves', cite: [] };
  }
  return {
    result: 'pass',
    says: 'opens no port other than those of the web to every address',
    cite: all.length > 0 ? all : whole(resource),
  };
}

/** Rules in a list of the resource, such as `ingress`. */
const nestedRules = (type: string, list: string, names: Names): Rule => ({
  types: [type],
  judge: (resource) => {
    const found = member(resource.properties, list);
    if (found?.value.kind === 'unresolved') return verdict(resource, [['undecided', found]], []);
    const rules = itemsOf(found?.value);
    return verdict(
      resource,
      rules.map((rule) => [openness(rule, names), rule]),
      rules,
    );
  },
});

/** The resource is itself one rule; `inbound` says whether it is about coming in. */
const singleRule = (type: string, names: Names, inbound: (resource: Resource) => boolean = () => true): Rule => ({
  types: [type],
  judge: (resource) =>
    inbound(resource) ? verdict(resource, [[openness(resource.properties, names), resource.range]], whole(resource)) : null,
});

const argument = (resource: Resource, name: string): string => (text(valueAt(resource.properties, name)) ?? '').toLowerCase();

function googleFirewall(resource: Resource): Judgement | null {
  if (argument(resource, 'direction') === 'egress') return null;
  const sources = member(resource.properties, 'source_ranges');
  const allow = member(resource.properties, 'allow');
  if (sources === null || allow === null) return null;
  const open = itemsOf(sources.value).some(isEverywhere);
  const state = open ? googlePorts(itemsOf(allow.value)) : hasUnresolved(sources.value) ? 'undecided' : 'closed';
  return verdict(resource, [[state, resource.range]], [sources, allow]);
}

function googlePorts(allowed: readonly Node[]): Openness {
  const ofPorts = allowed.filter((rule) => !/^icmp$/i.test(text(valueAt(rule, 'protocol')) ?? ''));
  if (ofPorts.some((rule) => hasUnresolved(rule))) return 'undecided';
  const isWeb = (rule: Node): boolean => {
    const ports = itemsOf(valueAt(rule, 'ports'));
    return ports.length > 0 && ports.every((port) => publicPorts.has(amount(port) ?? 0));
  };
  return ofPorts.every(isWeb) ? 'closed' : 'open';
}

function azureRule(resource: Resource): Judgement | null {
  if (argument(resource, 'direction') !== 'inbound' || argument(resource, 'access') !== 'allow') return null;
  const sources =
    valueAt(resource.properties, 'source_address_prefix') ?? valueAt(resource.properties, 'source_address_prefixes');
  const ports = itemsOf(
    valueAt(resource.properties, 'destination_port_ranges') ?? valueAt(resource.properties, 'destination_port_range'),
  );
  const open = itemsOf(sources).some(isEverywhere);
  const web = ports.length > 0 && ports.every((port) => publicPorts.has(amount(port) ?? 0));
  const state = !open
    ? hasUnresolved(sources)
      ? 'undecided'
      : 'closed'
    : ports.some(hasUnresolved)
      ? 'undecided'
      : web
        ? 'closed'
        : 'open';
  return verdict(resource, [[state, resource.range]], whole(resource));
}

export const networkRules: readonly Rule[] = [
  nestedRules('aws_security_group', 'ingress', terraformNames),
  nestedRules('aws_default_security_group', 'ingress', terraformNames),
  nestedRules('AWS::EC2::SecurityGroup', 'SecurityGroupIngress', templateNames),
  singleRule('aws_security_group_rule', terraformNames, (resource) => argument(resource, 'type') !== 'egress'),
  singleRule('aws_vpc_security_group_ingress_rule', vpcNames),
  singleRule('AWS::EC2::SecurityGroupIngress', templateNames),
  { types: ['google_compute_firewall'], judge: googleFirewall },
  { types: ['azurerm_network_security_rule'], judge: azureRule },
];
