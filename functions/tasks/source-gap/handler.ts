import { extractFallbackInput, nothing } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { recordSourceGap } from '../../../lib/workflow/extract.ts';

export const handler = task('source-gap', extractFallbackInput, nothing, async ({ errorName = 'Error', ...input }, context) => {
  await recordSourceGap(await stepDeps(context), input, errorName);
  return {};
});
