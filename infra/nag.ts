/** cdk-nag's AWS Solutions rules, less what is accepted here with a reason. An acceptance that nothing needs is itself a violation. */
import type { CfnResource, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

interface Acceptance {
  /** The rule with its finding, as cdk-nag names it. */
  readonly rule: RegExp;
  /** Construct paths. */
  readonly where: RegExp;
  readonly reason: string;
}

const functionPolicy = /\/(Api|Ws|Tasks|Events)\w+Role\/DefaultPolicy\/Resource$/;
const machinePolicy = /\/Workflow\/(Run|Analysis|Report)Machine\/Role\/DefaultPolicy\/Resource$/;

const accepted: readonly Acceptance[] = [
  {
    rule: /^AwsSolutions-IAM5\[Resource::<\w+Logs[0-9A-F]{8}\.Arn>:\*\]$/,
    where: functionPolicy,
    reason: "The streams of the function's own log group.",
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: functionPolicy,
    reason: 'X-Ray has no resource-level permissions.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: machinePolicy,
    reason: 'Log delivery and X-Ray have no resource-level permissions.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:.*:execute-api:.*\/live\/(POST|DELETE)\/@connections\/\*\]$/,
    where: functionPolicy,
    reason: 'Connection ids are made by API Gateway.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:.*:states:.*:execution:assay-\w+-(run|analysis|report):\*\]$/,
    where: functionPolicy,
    reason: 'Executions are named by run ids.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::arn:.*:states:.*:execution:\{"Fn::Select":.*\}\*\]$/,
    where: machinePolicy,
    reason: 'Nested executions are named by run ids.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::assay-\w+-data:ExportsOutputFnGetAttReports[0-9A-F]+Arn[0-9A-F]+\/\*\]$/,
    where: functionPolicy,
    reason: 'Object keys are run ids.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::<Tasks\w+\.Arn>:\*\]$/,
    where: machinePolicy,
    reason: "Versions and aliases of the machine's own tasks.",
  },
  {
    rule: /^AwsSolutions-SQS3$/,
    where: /\/Watch\/DeadLetters\/Resource$/,
    reason: 'The dead-letter queue itself.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    where: /\/Http\/Api\//,
    reason: 'Tokens are verified in the function: the built-in JWT authorizer knows RSA only, and sign-in uses ES256.',
  },
  {
    rule: /^AwsSolutions-APIG4$/,
    where: /\/WebSocket\/Api\//,
    reason: 'The function behind $connect redeems a single-use ticket; later routes run on that connection only.',
  },
];

export class ReasonedChecks extends AwsSolutionsChecks {
  /** Resources that the rules were applied to: a check that examined nothing proves nothing. */
  examined = 0;

  protected override checkResource(node: CfnResource): void {
    this.examined++;
    super.checkResource(node);
  }

  override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const used = new Set<Acceptance>();
    const isAccepted = (rule: string, path: string): boolean => {
      const found = accepted.find((entry) => entry.rule.test(rule) && entry.where.test(path));
      if (found !== undefined) used.add(found);
      return found !== undefined;
    };
    const violations = super.validateScope(scope).violations.flatMap((violation) => {
      const violatingResources = violation.violatingResources.filter(
        ({ constructPath }) => !isAccepted(violation.ruleName, constructPath ?? ''),
      );
      return violatingResources.length === 0 ? [] : [{ ...violation, violatingResources }];
    });
    const stale = accepted.filter((entry) => !used.has(entry));
    if (stale.length > 0) {
      violations.push({
        ruleName: 'Assay-StaleAcceptance',
        description: `infra/nag.ts accepts what no construct does any more: ${stale.map(({ reason }) => reason).join(' ')}`,
        severity: 'error',
        violatingResources: [{ constructPath: scope.node.path, locations: [] }],
      });
    }
    return { success: violations.length === 0, violations };
  }
}
