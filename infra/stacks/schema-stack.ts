/** Migrations: run by every deployment, before any code that needs them. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { Migrations } from '../constructs/migrations.ts';
import { makeFunctions } from '../function-factory.ts';
import { deployFunctions } from '../functions.ts';
import { lookupIn } from '../parameters.ts';

export class SchemaStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    const { 'deploy/migrate': migrate } = makeFunctions(this, { config, at: lookupIn(this, config) }, deployFunctions);
    new Migrations(this, 'Migrations', { function: migrate, folder: deployFunctions['deploy/migrate'].files });
  }
}
