import { planOutput, runInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps, stepModel } from '../../../lib/workflow/deps.ts';
import { planRun } from '../../../lib/workflow/plan.ts';

export const handler = task('plan', runInput, planOutput, async ({ runId }, context) =>
  planRun({ ...(await stepDeps(context)), ...(await stepModel(context)) }, runId),
);
