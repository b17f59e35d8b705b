/** One neutral model of a declared resource, and where each language's files lie. */
import type { TextFile } from '../parse/memo.ts';
import type { MapNode, Place } from './node.ts';

export interface Resource {
  readonly kind: 'terraform' | 'cloudformation' | 'kubernetes' | 'compose';
  /** As the language writes it: `aws_db_instance`, `data.aws_iam_policy_document`, `AWS::RDS::DBInstance`, `Deployment`. */
  readonly type: string;
  readonly name: string;
  readonly properties: MapNode;
  readonly file: TextFile;
  /** The whole declaration. */
  readonly range: Place;
  /** The parts that hold type and name. */
  readonly header: readonly Place[];
}

export const terraformGlobs = ['**/*.tf'] as const;
export const templateGlobs = ['**/*.{yaml,yml,json,template}'] as const;

/** `path#type.name`, or `path#Name` where names are unique in their file. */
export const resourceId = ({ kind, type, name, file }: Resource): string =>
  `${file.path}#${kind === 'cloudformation' ? name : kind === 'terraform' ? `${type}.${name}` : `${type}/${name}`}`;
