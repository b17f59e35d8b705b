import { extractInput, nothing } from '../../../lib/contract/run-state.ts';
import { connections } from '../../../lib/runtime/resources.ts';
import { task } from '../../../lib/runtime/task.ts';
import { accessDeps, stepDeps } from '../../../lib/workflow/deps.ts';
import { extractSource } from '../../../lib/workflow/extract.ts';

export const handler = task('extract', extractInput, nothing, async (input, context) => {
  await extractSource({ ...(await stepDeps(context)), connections: await connections(), access: await accessDeps() }, input);
  return {};
});
