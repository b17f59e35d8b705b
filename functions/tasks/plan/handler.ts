import { planOutput, runInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { planRun } from '../../../lib/workflow/plan.ts';

export const handler = task('plan', runInput, planOutput, async ({ runId }, context) => planRun(await stepDeps(context), runId));
