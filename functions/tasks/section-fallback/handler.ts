import { nothing, sectionFallbackInput } from '../../../lib/contract/run-state.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { writeOneSection } from '../../../lib/workflow/write.ts';

export const handler = task(
  'section-fallback',
  sectionFallbackInput,
  nothing,
  async ({ errorName = 'Error', ...input }, context) => {
    await writeOneSection(await stepDeps(context), input, errorName);
    return {};
  },
);
