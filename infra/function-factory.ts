/** Makes the functions of one group with what each uses: environment, permissions, place, share of the connections; nothing more. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { reservedConcurrency } from './concurrency.ts';
import type { Config } from './config.ts';
import { NodeFunction } from './constructs/node-function.ts';
import { environmentOf } from './environment.ts';
import type { FunctionSpec } from './functions.ts';
import { statementsFor } from './grants.ts';
import type { Lookup } from './parameters.ts';
import { placementOf } from './placement.ts';

export interface Surroundings {
  readonly config: Config;
  readonly at: Lookup;
}

export function makeFunctions<Path extends string>(
  scope: Construct,
  { config, at }: Surroundings,
  specs: Readonly<Record<Path, FunctionSpec>>,
): Readonly<Record<Path, NodeFunction>> {
  const stack = Stack.of(scope);
  const made = Object.entries<FunctionSpec>(specs).map(([path, spec]) => {
    const fn = new NodeFunction(scope, {
      ...spec,
      path,
      prefix: config.prefix,
      environment: environmentOf(stack, config, at, spec),
      placement: placementOf(stack, config, at, spec),
      reservedConcurrency: reservedConcurrency(config, path, spec),
    });
    for (const statement of spec.uses.flatMap((use) => statementsFor(stack, config, at, use))) fn.addToRolePolicy(statement);
    return [path, fn] as const;
  });
  return Object.fromEntries(made) as Record<Path, NodeFunction>;
}
