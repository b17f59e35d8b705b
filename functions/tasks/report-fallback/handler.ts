import { nothing, runFallbackInput, sectionId } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { fallBackToFigures } from '../../../lib/workflow/write.ts';

export const handler = task('report-fallback', runFallbackInput, nothing, async ({ runId, errorName = 'Error' }, context) => {
  await fallBackToFigures(await stepDeps(context), runId, sectionId.options, errorName);
  return {};
});
