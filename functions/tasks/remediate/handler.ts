import { nothing, runInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { planRemediation } from '../../../lib/workflow/write.ts';

export const handler = task('remediate', runInput, nothing, async ({ runId }, context) => {
  await planRemediation(await stepDeps(context), runId);
  return {};
});
