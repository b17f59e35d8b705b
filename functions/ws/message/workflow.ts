import { systemClock } from '../../../lib/runtime/clock.ts';
import { config } from '../../../lib/runtime/config.ts';
import { keys, sfn, store } from '../../../lib/runtime/resources.ts';
import type { MessageDependencies } from './message.ts';

/** Opened, like the code that uses it, by the first action that needs it: most messages are subscriptions. */
const opened = async () => ({
  store: await store(),
  sfn: await sfn(),
  stateMachineArn: config.stateMachineArn(),
  clock: systemClock,
  limits: config.limits(),
  model: config.model().model,
});

export const workflow: Pick<MessageDependencies, 'startRun' | 'cancelRun' | 'decide'> = {
  startRun: async (principal, wanted, { signal, logger }) => {
    const { startRun } = await import('../../../lib/workflow/start-run.ts');
    return startRun({ ...(await opened()), logger }, principal, wanted, signal);
  },
  cancelRun: async (principal, runId, { signal }) => {
    const { cancelRun } = await import('../../../lib/workflow/cancel-run.ts');
    return cancelRun(await opened(), principal, runId, signal);
  },
  decide: async (principal, approvalId, decision, { signal, logger }) => {
    const { decide } = await import('../../../lib/workflow/decide-approval.ts');
    return decide({ ...(await opened()), keys: await keys(), logger }, principal, approvalId, decision, signal);
  },
};
