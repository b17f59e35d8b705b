import { finaliseInput, nothing } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { concludeRun } from '../../../lib/workflow/conclude-run.ts';
import { concludeDeps } from '../../../lib/workflow/deps.ts';

export const handler = task('finalise', finaliseInput, nothing, async ({ runId, ...stages }, context) => {
  await concludeRun(await concludeDeps(context), runId, stages);
  return {};
});
