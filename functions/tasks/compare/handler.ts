import { nothing, runInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { compareWithPrevious } from '../../../lib/workflow/write.ts';

export const handler = task('compare', runInput, nothing, async ({ runId }, context) => {
  await compareWithPrevious(await stepDeps(context), runId);
  return {};
});
