import { nothing, runFallbackInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { writeRunSummary } from '../../../lib/workflow/write.ts';

export const handler = task('summarise-fallback', runFallbackInput, nothing, async ({ runId, errorName = 'Error' }, context) => {
  await writeRunSummary(await stepDeps(context), runId, errorName);
  return {};
});
