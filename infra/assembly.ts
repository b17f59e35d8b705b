/** One stage of the product as an app of stacks, in the order in which they are deployed. */
import { readFileSync } from 'node:fs';
import { App, type Stack, Tags, Validations } from 'aws-cdk-lib';
import { checkConnections } from './concurrency.ts';
import { readConfig, stagesOf } from './config.ts';
import type { ReasonedChecks } from './nag.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { SchemaStack } from './stacks/schema-stack.ts';
import { WebStack } from './stacks/web-stack.ts';
import { WorkflowStack } from './stacks/workflow-stack.ts';

// The CDK CLI hands over cdk.json's context; without it (checks, local runtime) the app reads the file itself.
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));

export const stages: readonly string[] = stagesOf(context);

export interface AssemblyOptions {
  /** Left out: what the context says. */
  readonly stage?: string;
  readonly outdir?: string;
  readonly context?: Readonly<Record<string, unknown>>;
  readonly checks?: ReasonedChecks;
  /** The folder that the console's build writes. */
  readonly consoleBuild?: string;
}

export function makeApp({ stage, outdir, context: more, checks, consoleBuild = 'web/dist' }: AssemblyOptions = {}): App {
  const app = new App({
    context: { ...context, ...more },
    ...(stage !== undefined && { postCliContext: { stage } }),
    ...(outdir !== undefined && { outdir }),
  });
  const config = readConfig(app.node);
  checkConnections(config);
  if (checks !== undefined) Validations.of(app).addPlugins(checks);
  Tags.of(app).add('application', 'assay');
  Tags.of(app).add('stage', config.stage);

  const after = <S extends Stack>(stack: S, ...earlier: Stack[]): S => {
    for (const other of earlier) stack.addStackDependency(other);
    return stack;
  };
  const name = (part: string): string => `${config.prefix}-${part}`;
  const schema = new SchemaStack(app, name('schema'), config);
  const api = after(new ApiStack(app, name('api'), config), schema);
  const workflow = after(new WorkflowStack(app, name('workflow'), config), api);
  // The local runtime reads functions, machines and routes; it has a network, a database and an origin of its own.
  if (app.node.tryGetContext('only') === 'functions') return app;
  const network = new NetworkStack(app, name('network'), config);
  const data = after(new DataStack(app, name('data'), config), network);
  after(schema, data);
  after(new WebStack(app, name('web'), { config, build: consoleBuild }), api);
  after(new ObservabilityStack(app, name('observability'), config), workflow);
  return app;
}
