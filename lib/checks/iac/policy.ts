/** IAM policy documents, wherever they are written: JSON text, `jsonencode`, template mappings, Terraform's own data source. */
import { parseJson } from '../parse/json.ts';
import { fromJson } from './convert.ts';
import { itemsOf, literal, member, type Node, type Place, text, valueAt } from './node.ts';
import type { Resource } from './resource.ts';

export interface Statement extends Place {
  readonly allow: boolean;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  /** Whom the statement is about; empty in policies that are attached to an identity. */
  readonly principals: readonly string[];
  readonly namesPrincipal: boolean;
  readonly conditioned: boolean;
}

/** Where a type keeps its policies: paths through members, `*` stands for every item of a list. */
const documents: Readonly<Record<string, readonly (readonly string[])[]>> = {
  aws_iam_policy: [['policy']],
  aws_iam_role_policy: [['policy']],
  aws_iam_user_policy: [['policy']],
  aws_iam_group_policy: [['policy']],
  aws_iam_role: [['inline_policy', '*', 'policy']],
  aws_s3_bucket_policy: [['policy']],
  aws_sqs_queue_policy: [['policy']],
  aws_sns_topic_policy: [['policy']],
  'AWS::IAM::Policy': [['PolicyDocument']],
  'AWS::IAM::ManagedPolicy': [['PolicyDocument']],
  'AWS::IAM::RolePolicy': [['PolicyDocument']],
  'AWS::IAM::Role': [['Policies', '*', 'PolicyDocument']],
  'AWS::IAM::User': [['Policies', '*', 'PolicyDocument']],
  'AWS::IAM::Group': [['Policies', '*', 'PolicyDocument']],
  'AWS::Serverless::Function': [['Policies', '*']],
  'AWS::S3::BucketPolicy': [['PolicyDocument']],
  'AWS::SQS::QueuePolicy': [['PolicyDocument']],
  'AWS::SNS::TopicPolicy': [['PolicyDocument']],
};

export const identityPolicyTypes = Object.keys(documents).filter(
  (type) => !/bucket_?policy|queue_?policy|topic_?policy/i.test(type),
);
export const resourcePolicyTypes = Object.keys(documents).filter((type) =>
  /bucket_?policy|queue_?policy|topic_?policy/i.test(type),
);
export const policyDataSource = 'data.aws_iam_policy_document';

export interface Policies {
  readonly statements: readonly Statement[];
  /** At least one policy is built by an expression that files alone do not settle, and is not read elsewhere. */
  readonly unresolved: boolean;
}

export function policies(resource: Resource): Policies {
  if (resource.type === policyDataSource) {
    return { statements: itemsOf(valueAt(resource.properties, 'statement')).flatMap(dataStatement), unresolved: false };
  }
  const paths = documents[resource.type] ?? [];
  const found = paths.flatMap((path) => follow(resource.properties, path));
  const read = found.map(policyDocument);
  return {
    statements: read.flatMap((document) => itemsOf(valueAt(document ?? undefined, 'Statement')).flatMap(jsonStatement)),
    unresolved: found.some((node, index) => read[index] === null && !isReadElsewhere(node)),
  };
}

function follow(node: Node | undefined, [key, ...rest]: readonly string[]): readonly Node[] {
  if (node === undefined) return [];
  if (key === undefined) return [node];
  return key === '*' ? itemsOf(node).flatMap((item) => follow(item, rest)) : follow(valueAt(node, key), rest);
}

/** The policy as a mapping; null where only a plan or another file knows it. */
function policyDocument(node: Node): Node | null {
  if (node.kind === 'map') return node;
  const written = node.kind === 'unresolved' && node.template ? node.source : literal(node);
  if (typeof written !== 'string') return null;
  try {
    const document = fromJson(parseJson(written), node);
    return document.kind === 'map' ? document : null;
  } catch {
    // Not JSON (a managed policy's name, a template that writes parts of the JSON itself): nothing to read here.
    return null;
  }
}

/** A reference to a policy document data source: that one is judged for itself. A plain name is no document. */
const isReadElsewhere = (node: Node): boolean =>
  node.kind === 'scalar' || (node.kind === 'unresolved' && /^(?:\$\{)?data\.aws_iam_policy_document\./.test(node.source));

function jsonStatement(node: Node): readonly Statement[] {
  if (node.kind !== 'map') return [];
  const principal = valueAt(node, 'Principal');
  return [
    {
      allow: text(valueAt(node, 'Effect')) === 'Allow',
      actions: strings(valueAt(node, 'Action')),
      notActions: strings(valueAt(node, 'NotAction')),
      resources: strings(valueAt(node, 'Resource')),
      principals:
        principal?.kind === 'map' ? [...principal.members.values()].flatMap(({ value }) => strings(value)) : strings(principal),
      namesPrincipal: principal !== undefined || member(node, 'NotPrincipal') !== null,
      conditioned: member(node, 'Condition') !== null,
      start: node.start,
      end: node.end,
    },
  ];
}

function dataStatement(node: Node): readonly Statement[] {
  if (node.kind !== 'map') return [];
  const principals = itemsOf(valueAt(node, 'principals'));
  return [
    {
      allow: (text(valueAt(node, 'effect')) ?? 'Allow') === 'Allow',
      actions: strings(valueAt(node, 'actions')),
      notActions: strings(valueAt(node, 'not_actions')),
      resources: strings(valueAt(node, 'resources')),
      principals: principals.flatMap((one) => strings(valueAt(one, 'identifiers'))),
      namesPrincipal: principals.length > 0 || member(node, 'not_principals') !== null,
      conditioned: member(node, 'condition') !== null,
      start: node.start,
      end: node.end,
    },
  ];
}

/** Literals as they are; what a plan settles keeps its template, which is never a bare `*`. */
const strings = (node: Node | undefined): readonly string[] =>
  itemsOf(node).flatMap((item) => (item.kind === 'unresolved' ? (item.source === '*' ? [] : [item.source]) : (text(item) ?? [])));
