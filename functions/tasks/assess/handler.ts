import { assessInput, nothing } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { assessGroup } from '../../../lib/workflow/assess.ts';
import { stepDeps, stepModel } from '../../../lib/workflow/deps.ts';

export const handler = task('assess', assessInput, nothing, async (input, context) => {
  await assessGroup({ ...(await stepDeps(context)), ...(await stepModel(context)) }, input);
  return {};
});
