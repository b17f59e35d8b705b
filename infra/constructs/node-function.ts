/** The one way a function is made: Node 24 on arm64, its own log group and role, its source known by path only. */
import { cpSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AssetHashType, DockerImage, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import { bundleSettings, entryOf } from '../bundling.ts';
import type { FunctionSpec } from '../functions.ts';
import type { Placement } from '../placement.ts';

/** Under this metadata key the template names the function's folder: the local runtime finds its handler by it. */
export const functionPathKey = 'assay:function';

export interface NodeFunctionProps extends FunctionSpec {
  /** Folder under `functions/`, such as `tasks/plan`. */
  readonly path: string;
  readonly environment: Record<string, string>;
  readonly prefix: string;
  /** Null: outside the VPC. */
  readonly placement: Placement | null;
  /** Undefined: bounded by the account alone. */
  readonly reservedConcurrency: number | undefined;
}

export class NodeFunction extends LambdaFunction {
  constructor(scope: Construct, props: NodeFunctionProps) {
    const name = `${props.prefix}-${props.path.replaceAll('/', '-')}`;
    const id = pascal(props.path);
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      logGroupName: `/aws/lambda/${name}`,
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed basic-execution policy: it may write to every log group of the account.
    const { placement, reservedConcurrency } = props;
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: placement === null ? [] : [placement.policy],
    });
    super(scope, id, {
      functionName: name,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(scope, props),
      role,
      logGroup,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMb,
      tracing: Tracing.ACTIVE,
      environment: props.environment,
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
      // A run that is under way calls the version that it began with.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
    });
    this.addToRolePolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [`${logGroup.logGroupArn}:*`],
      }),
    );
    const resource = this.node.defaultChild as CfnFunction;
    resource.addMetadata(functionPathKey, props.path);
    if (placement !== null) {
      // By ids, because the network is another stack: CDK's own `vpc` wants to know its zones and route tables as well.
      resource.vpcConfig = { subnetIds: [...placement.subnetIds], securityGroupIds: [...placement.securityGroupIds] };
    }
  }
}

/** A synth without bundling (checks, local runtime) reads no source at all: the template then carries a placeholder. */
function codeOf(scope: Construct, { path, files }: NodeFunctionProps): Code {
  if (!Stack.of(scope).bundlingRequired) return Code.fromInline('// synthesised without bundling');
  const entry = entryOf(path);
  return Code.fromAsset(dirname(entry), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used: bundled by esbuild in this process'),
      local: {
        tryBundle(outputDir) {
          buildSync({ ...bundleSettings, entryPoints: [entry], outfile: join(outputDir, 'index.mjs') });
          if (files !== undefined) cpSync(files, join(outputDir, basename(files)), { recursive: true });
          return true;
        },
      },
    },
  });
}

const pascal = (path: string): string =>
  path
    .split(/[/-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
