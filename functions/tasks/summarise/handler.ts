import { nothing, runInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps, stepModel } from '../../../lib/workflow/deps.ts';
import { writeRunSummary } from '../../../lib/workflow/write.ts';

export const handler = task('summarise', runInput, nothing, async ({ runId }, context) => {
  await writeRunSummary({ ...(await stepDeps(context)), ...(await stepModel(context)) }, runId);
  return {};
});
