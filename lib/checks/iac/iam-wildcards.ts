import type { RepositoryCheck } from '../check.ts';
import { itemsOf, member, type Node, text, valueAt } from './node.ts';
import { identityPolicyTypes, policies, policyDataSource, type Statement } from './policy.ts';
import type { Resource } from './resource.ts';
import { evaluate, type Judgement, type Rule } from './rule.ts';

/** A statement about a principal belongs to a resource's own policy, where `*` means that one resource. */
function tooWide({ allow, actions, notActions, resources, namesPrincipal }: Statement): boolean {
  if (!allow || namesPrincipal) return false;
  if (actions.some((action) => /^\*(?::\*)?$/.test(action))) return true;
  if (!resources.includes('*')) return false;
  return notActions.length > 0 || actions.some((action) => /^[\w-]+:\*$/.test(action));
}

function judgePolicies(resource: Resource): Judgement | null {
  const { statements, unresolved } = policies(resource);
  const wide = statements.filter(tooWide);
  const open = wide.filter((statement) => !statement.conditioned);
  if (open.length > 0)
    return { result: 'fail', says: 'allows every action, or every action of a service on every resource', cite: open };
  if (wide.length > 0)
    return { result: 'unknown', says: 'allows every action under a condition that a person must judge', cite: [] };
  if (unresolved)
    return { result: 'unknown', says: 'takes its policy from an expression that files alone do not settle', cite: [] };
  const identity = statements.filter((statement) => !statement.namesPrincipal);
  if (identity.length === 0) return null;
  return { result: 'pass', says: 'allows no wildcard of actions on every resource', cite: identity };
}

/** AWS's own policies that allow everything, or everything but user management. */
const administrator = /:iam::aws:policy\/(?:AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

const attachments: Readonly<Record<string, string>> = {
  aws_iam_role_policy_attachment: 'policy_arn',
  aws_iam_user_policy_attachment: 'policy_arn',
  aws_iam_group_policy_attachment: 'policy_arn',
  aws_iam_policy_attachment: 'policy_arn',
  aws_iam_role: 'managed_policy_arns',
  'AWS::IAM::Role': 'ManagedPolicyArns',
  'AWS::IAM::User': 'ManagedPolicyArns',
  'AWS::IAM::Group': 'ManagedPolicyArns',
};

function judgeAttachment(resource: Resource): Judgement | null {
  const found = member(resource.properties, attachments[resource.type] ?? '');
  if (found === null) return null;
  const wide = itemsOf(found.value).some((arn) => administrator.test(arn.kind === 'unresolved' ? arn.source : (text(arn) ?? '')));
  if (!wide) return { result: 'pass', says: 'attaches no administrator policy of the provider', cite: [found] };
  return { result: 'fail', says: 'attaches an administrator policy of the provider', cite: [found] };
}

const holdsAll = (node: Node | undefined): boolean => itemsOf(node).some((item) => text(item) === '*');

function judgeKubernetesRole({ properties }: Resource): Judgement | null {
  const rules = itemsOf(valueAt(properties, 'rules'));
  const wide = rules.filter((rule) => holdsAll(valueAt(rule, 'verbs')) && holdsAll(valueAt(rule, 'resources')));
  if (wide.length > 0) return { result: 'fail', says: 'allows every verb on every resource', cite: wide };
  return rules.length === 0 ? null : { result: 'pass', says: 'allows no wildcard of verbs on every resource', cite: rules };
}

const rules: readonly Rule[] = [
  { types: [...identityPolicyTypes, policyDataSource], judge: judgePolicies },
  { types: Object.keys(attachments), judge: judgeAttachment },
  { types: ['Role', 'ClusterRole'], judge: judgeKubernetesRole },
];

export const iamWildcards: RepositoryCheck = {
  id: 'iac-iam-wildcards',
  title: 'Declared permissions name actions and resources',
  capability: 'repository-files',
  severity: 'high',
  rationale:
    'A role that may do everything turns any flaw in what holds it into the loss of the account. CSF PR.AA-05 asks that permissions follow ' +
    'least privilege; SSDF PW.9.1 asks for secure settings by default. Flagged is an allowed action of "*", a whole service on every resource, ' +
    'or an administrator policy; a partial wildcard such as "s3:Get*" is not. Statements that name a principal belong to one resource and are ' +
    "left out. Read are Terraform, CloudFormation and Kubernetes files outside tests and examples; modules' own resources are not seen.",
  remediation: {
    steps: [
      'List the actions that the role really uses, from its code or from access logs.',
      'Replace the wildcard by these actions and by the ARNs of the resources they touch.',
      'Split permissions that only an administrator needs into a role of their own that is assumed with multi-factor authentication.',
    ],
    effort: 'medium',
  },
  controls: { 'nist-csf-2.0': ['PR.AA-05'], 'nist-ssdf-1.1': ['PW.9.1'] },
  evaluate: evaluate(rules),
};
