/** Applies the migrations of this release. CloudFormation waits, and what depends on the stack is deployed only if they succeed. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { migrateFunction } from '../workflow/timing.ts';

export interface MigrationsProps {
  readonly function: IFunction;
  readonly folder: string;
}

export class Migrations extends Construct {
  constructor(scope: Construct, id: string, props: MigrationsProps) {
    super(scope, id);
    new CustomResource(this, 'Schema', {
      resourceType: 'Custom::Schema',
      serviceToken: props.function.functionArn,
      serviceTimeout: Duration.seconds(migrateFunction + 60),
      // A change of these is what makes CloudFormation call the function.
      properties: { Migrations: digest(props.folder) },
    });
  }
}

/** Of every file's name and bytes. */
function digest(folder: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.sql'));
  const hash = createHash('sha256');
  for (const name of names.sort())
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0');
  return hash.digest('hex');
}
