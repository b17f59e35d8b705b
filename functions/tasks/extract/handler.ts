import { extractInput, extractOutput } from '../../../lib/contract/run-state.ts';
import { config } from '../../../lib/runtime/config.ts';
import { connections } from '../../../lib/runtime/resources.ts';
import { task } from '../../../lib/runtime/task.ts';
import { accessDeps, stepDeps } from '../../../lib/workflow/deps.ts';
import { extractSource } from '../../../lib/workflow/extract.ts';

export const handler = task('extract', extractInput, extractOutput, async (input, context) => {
  const [steps, manager, access] = [await stepDeps(context), await connections(), await accessDeps()];
  return extractSource({ ...steps, connections: manager, access, timeScale: config.outward().timeScale }, input);
});
