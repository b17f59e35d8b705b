import { extractInput, extractOutput } from '../../../lib/contract/run-state.ts';
import { config } from '../../../lib/runtime/config.ts';
import { connections } from '../../../lib/runtime/resources.ts';
import { task } from '../../../lib/runtime/task.ts';
import { accessDeps, stepDeps, stepModel } from '../../../lib/workflow/deps.ts';
import { extractSource } from '../../../lib/workflow/extract.ts';

export const handler = task('extract', extractInput, extractOutput, async (input, context) => {
  const [steps, model] = [await stepDeps(context), await stepModel(context)];
  const [manager, access] = [await connections(), await accessDeps()];
  return extractSource({ ...steps, ...model, connections: manager, access, timeScale: config.outward().timeScale }, input);
});
