import { extractInput, extractOutput } from '../../../lib/contract/run-state.ts';
import { config } from '../../../lib/runtime/config.ts';
import { connections, keys } from '../../../lib/runtime/resources.ts';
import { task } from '../../../lib/runtime/task.ts';
import { stepDeps } from '../../../lib/workflow/deps.ts';
import { extractSource } from '../../../lib/workflow/extract.ts';

export const handler = task('extract', extractInput, extractOutput, async (input, context) => {
  const { timeScale } = config.outward();
  return extractSource({ ...(await stepDeps(context)), connections: await connections(), keys: await keys(), timeScale }, input);
});
