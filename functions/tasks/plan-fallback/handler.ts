import { planOutput, runFallbackInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { planRun } from '../../../lib/workflow/plan.ts';

export const handler = task('plan-fallback', runFallbackInput, planOutput, async ({ runId, errorName = 'Error' }, context) =>
  planRun(await stepDeps(context), runId, errorName),
);
