import { nothing, runInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps, stepModel } from '../../../lib/workflow/deps.ts';
import { planRemediation } from '../../../lib/workflow/write.ts';

export const handler = task('remediate', runInput, nothing, async ({ runId }, context) => {
  await planRemediation({ ...(await stepDeps(context)), ...(await stepModel(context)) }, runId);
  return {};
});
