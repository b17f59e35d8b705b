/** Evaluates the intrinsic functions of a CloudFormation template as if it were deployed on this machine. Pure. */
import { SynthesisFailed } from './errors.ts';
import { type Json, type JsonObject, objectOf } from './json.ts';

/** The account that stands for this machine in ARNs. */
export const localAccount = { region: 'us-east-1', id: '000000000000' } as const;
const { region, id: account } = localAccount;

export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;
export const machineArn = (name: string): string => `arn:aws:states:${region}:${account}:stateMachine:${name}`;
export const executionArn = (machine: string, name: string): string =>
  `arn:aws:states:${region}:${account}:execution:${machine}:${name}`;

const pseudoParameters = new Map<string, string>([
  ['AWS::Partition', 'aws'],
  ['AWS::Region', region],
  ['AWS::AccountId', account],
  ['AWS::URLSuffix', 'amazonaws.com'],
]);

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: JsonObject;
  readonly Metadata: JsonObject;
}

/** A reference to anything but a function or a machine becomes `<LogicalId.Attribute>`. Throws SynthesisFailed. */
export function evaluate(value: Json, resources: Readonly<Record<string, TemplateResource>>): Json {
  const inner = (part: Json): Json => evaluate(part, resources);
  if (Array.isArray(value)) return value.map(inner);
  const object = objectOf(value);
  if (object === undefined) return value;
  const entries = Object.entries(object);
  const [first] = entries;
  if (first === undefined || entries.length > 1) return mapped(entries, inner);
  const [key, argument] = first;
  switch (key) {
    case 'Ref':
      return reference(resources, String(argument), 'Ref');
    case 'Fn::GetAtt':
      return Array.isArray(argument) ? reference(resources, String(argument[0]), String(argument[1])) : value;
    case 'Fn::Join':
      return join(argument, inner);
    case 'Fn::ImportValue':
      return `<${String(inner(argument))}>`;
    default:
      if (key.startsWith('Fn::')) throw new SynthesisFailed(`The local runtime does not evaluate ${key}.`);
      return mapped(entries, inner);
  }
}

const mapped = (entries: [string, Json][], change: (value: Json) => Json): JsonObject =>
  Object.fromEntries(entries.map(([key, value]) => [key, change(value)]));

function join(argument: Json, inner: (part: Json) => Json): string {
  if (!Array.isArray(argument)) throw new SynthesisFailed('Fn::Join takes a list.');
  const [separator = '', parts = []] = argument;
  const joined = inner(parts);
  if (!Array.isArray(joined)) throw new SynthesisFailed('Fn::Join takes a list of parts.');
  return joined.map(String).join(String(separator));
}

function reference(resources: Readonly<Record<string, TemplateResource>>, id: string, attribute: string): string {
  const pseudo = pseudoParameters.get(id);
  if (pseudo !== undefined) return pseudo;
  const { Type, Properties } = resources[id] ?? {};
  switch (Type) {
    case 'AWS::Lambda::Function':
      return functionArn(String(Properties?.['FunctionName']));
    case 'AWS::Lambda::Alias':
    case 'AWS::Lambda::Version':
      // One machine has one version of everything.
      return String(evaluate(Properties?.['FunctionName'] ?? '', resources));
    case 'AWS::StepFunctions::StateMachine':
      return machineArn(String(Properties?.['StateMachineName']));
    default:
      return `<${id}.${attribute}>`;
  }
}
