import { nothing, sectionInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps, stepModel } from '../../../lib/workflow/deps.ts';
import { writeOneSection } from '../../../lib/workflow/write.ts';

export const handler = task('write-section', sectionInput, nothing, async (input, context) => {
  await writeOneSection({ ...(await stepDeps(context)), ...(await stepModel(context)) }, input);
  return {};
});
