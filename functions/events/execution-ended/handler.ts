import { executionEnded } from '../../../lib/contract/run-state.ts';
import { event } from '../../../lib/runtime/event.ts';
import { concludeRun } from '../../../lib/workflow/conclude-run.ts';
import { concludeDeps } from '../../../lib/workflow/deps.ts';

/** RunMachine ended without its Finalise: what was collected is reported all the same. */
export const handler = event('execution-ended', executionEnded, async ({ detail }, context) => {
  await concludeRun(await concludeDeps(context), detail.name, { runError: detail.status });
});
