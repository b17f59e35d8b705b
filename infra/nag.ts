/** cdk-nag's AWS Solutions rules, less what nag-accepted.ts accepts with a reason. What is accepted and nothing needs is reported too. */
import type { CfnResource, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Acceptance, accepted } from './nag-accepted.ts';

/** Which entries of the table something has needed, over all stages: what only production has is not stale in dev. */
export class Acceptances {
  readonly #used = new Set<Acceptance>();

  accepts(rule: string, path: string): boolean {
    const found = accepted.find((entry) => entry.rule.test(rule) && entry.where.test(path));
    if (found !== undefined) this.#used.add(found);
    return found !== undefined;
  }

  /** Reasons of the entries that nothing needed. */
  stale(): string[] {
    return accepted.filter((entry) => entry.sometimes !== true && !this.#used.has(entry)).map(({ reason }) => reason);
  }
}

export class ReasonedChecks extends AwsSolutionsChecks {
  /** Resources that the rules were applied to: a check that examined nothing proves nothing. */
  examined = 0;
  readonly #acceptances: Acceptances;

  constructor(acceptances: Acceptances) {
    super();
    this.#acceptances = acceptances;
  }

  protected override checkResource(node: CfnResource): void {
    this.examined++;
    super.checkResource(node);
  }

  override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    const violations = super.validateScope(scope).violations.flatMap((violation) => {
      const violatingResources = violation.violatingResources.filter(
        ({ constructPath }) => !this.#acceptances.accepts(violation.ruleName, constructPath ?? ''),
      );
      return violatingResources.length === 0 ? [] : [{ ...violation, violatingResources }];
    });
    return { success: violations.length === 0, violations };
  }
}
