/**
 * How new code reaches its callers: through the alias `live`. In production CodeDeploy first gives the new version a tenth of the calls
 * for five minutes, and takes them back when an alarm goes off; elsewhere the alias moves at once.
 */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, type IFunction, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Config } from '../config.ts';
import { runbook } from '../runbook.ts';
import type { NodeFunction } from './node-function.ts';

type Aliases<Path extends string> = Readonly<Record<Path, IFunction>>;

export class Releases extends Construct {
  readonly #canary: { readonly application: LambdaApplication; readonly role: Role } | null;

  constructor(scope: Construct, id: string, { production }: Config) {
    super(scope, id);
    this.#canary = production
      ? {
          application: new LambdaApplication(this, 'Application'),
          role: new Role(this, 'Role', {
            assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
            managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSCodeDeployRoleForLambdaLimited')],
          }),
        }
      : null;
  }

  /** `shared` watches what these functions answer as a whole, such as an API's 5xx. */
  release<Path extends string>(functions: Readonly<Record<Path, NodeFunction>>, shared?: () => Alarm): Aliases<Path> {
    const common = this.#canary === null || shared === undefined ? [] : [shared()];
    const made = Object.entries<NodeFunction>(functions).map(
      ([path, fn]) => [path, this.#alias(fn, common) as IFunction] as const,
    );
    return Object.fromEntries(made) as Record<Path, IFunction>;
  }

  #alias(fn: NodeFunction, shared: readonly Alarm[]): Alias {
    const alias = new Alias(fn, 'Live', { aliasName: 'live', version: fn.currentVersion as IVersion });
    if (this.#canary === null) return alias;
    // What a function does not catch is a bug: two of them in a minute are no accident.
    const errors = rollbackAlarm(alias, 'Errors', alias.metricErrors({ period: minute }), 2);
    new LambdaDeploymentGroup(alias, 'Canary', {
      alias,
      application: this.#canary.application,
      role: this.#canary.role,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [errors, ...shared],
    });
    return alias;
  }
}

export const minute = Duration.minutes(1);

export const rollbackAlarm = (scope: Construct, id: string, metric: IMetric, threshold: number): Alarm =>
  new Alarm(scope, id, {
    alarmDescription: `New code fails: it is taken back while it is being released. ${runbook('release-taken-back')}`,
    metric,
    threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
