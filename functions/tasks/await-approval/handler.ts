import { awaitApprovalInput, nothing } from '../../../lib/contract/run-state.ts';
import { keys, sfn } from '../../../lib/runtime/resources.ts';
import { task } from '../../../lib/runtime/task.ts';
import { awaitApproval } from '../../../lib/workflow/await-approval.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';

export const handler = task('await-approval', awaitApprovalInput, nothing, async (input, context) => {
  await awaitApproval({ ...(await stepDeps(context)), keys: await keys(), sfn: await sfn() }, input);
  return {};
});
