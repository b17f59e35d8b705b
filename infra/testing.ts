/** Templates of whole stages, as CloudFormation gets them, for the tests beside this file and for `npm run cost`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import * as z from 'zod';
import { byText } from '../lib/domain/order.ts';
import { type AssemblyOptions, makeApp } from './assembly.ts';

const properties = z.record(z.string(), z.unknown());
const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: properties.default({}),
      Metadata: properties.default({}),
      DeletionPolicy: z.string().optional(),
      UpdatePolicy: properties.optional(),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown(), Export: z.unknown().optional() })).default({}),
});

export interface Found {
  /** `data` of `assay-dev-data`. */
  readonly stack: string;
  readonly id: string;
  readonly properties: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly deletionPolicy: string | undefined;
  readonly updatePolicy: Record<string, unknown> | undefined;
}

export interface Stage {
  readonly assembly: CloudAssembly;
  /** Kinds of resources in any stack, sorted. */
  types(): readonly string[];
  /** Of every stack. */
  ofType(type: string): readonly Found[];
  /** The whole of a stack's template, or of all of them, as one text. */
  text(stack?: string): string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** No source of a function is read unless `context` says so. */
export function synthesised(options: AssemblyOptions): Stage {
  const outdir = mkdtempSync(join(tmpdir(), 'assay-infra-'));
  try {
    const context = { 'aws:cdk:bundling-stacks': [], ...options.context };
    const assembly = makeApp({ consoleBuild: join(outdir, 'not-built'), ...options, outdir, context }).synth();
    const parts = assembly.stacks.map(({ stackName, template: raw }) => ({
      stack: stackName.replace(/^assay-[a-z0-9]+-/, ''),
      text: JSON.stringify(raw),
      template: template.parse(raw),
    }));
    return {
      assembly,
      types: () =>
        [...new Set(parts.flatMap(({ template: { Resources } }) => Object.values(Resources).map(({ Type }) => Type)))].sort(
          byText,
        ),
      ofType: (type) =>
        parts.flatMap(({ stack, template: { Resources } }) =>
          Object.entries(Resources)
            .filter(([, { Type }]) => Type === type)
            .map(([id, found]) => ({
              stack,
              id,
              properties: found.Properties,
              metadata: found.Metadata,
              deletionPolicy: found.DeletionPolicy,
              updatePolicy: found.UpdatePolicy,
            })),
        ),
      text: (wanted) =>
        parts
          .filter(({ stack }) => wanted === undefined || stack === wanted)
          .map(({ text }) => text)
          .join('\n'),
      outputs: Object.assign({}, ...parts.map(({ template: { Outputs } }) => Outputs)),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export const functionPath = ({ metadata }: Found): string => String(metadata['assay:function']);

/** What lies at this path of a resource's properties; undefined where there is nothing. */
export const at = (found: Found, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value === null ? undefined : Reflect.get(Object(value), key)), found.properties);

/** One statement of a policy: who has it, and what it says. */
export interface Statement {
  readonly holder: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
}

const oneOrMore = z.union([z.string().array(), z.string().transform((one) => [one])]);
const statement = z.object({
  Effect: z.string(),
  Action: oneOrMore,
  Resource: z.union([z.unknown().array(), z.unknown().transform((one) => [one])]),
});
const document = z.object({ Statement: z.array(statement) });

/** Of every identity: roles' own policies, inline and managed. Policies of keys and buckets are no identity's. */
export function statements(stage: Stage): readonly Statement[] {
  const documents = [
    ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
      stage.ofType(type).map((found) => ({ holder: found.id, raw: found.properties['PolicyDocument'] })),
    ),
    ...stage.ofType('AWS::IAM::Role').flatMap((found) =>
      z
        .array(z.object({ PolicyDocument: z.unknown() }))
        .default([])
        .parse(found.properties['Policies'])
        .map(({ PolicyDocument }) => ({ holder: found.id, raw: PolicyDocument })),
    ),
  ];
  return documents.flatMap(({ holder, raw }) =>
    document.parse(raw).Statement.map(({ Effect: effect, Action: actions, Resource: resources }) => ({
      holder,
      effect,
      actions,
      resources,
    })),
  );
}
