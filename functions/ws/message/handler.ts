import { takeToken } from '../../../lib/cache/limits.ts';
import { connectionOwner, unsubscribe } from '../../../lib/progress/registry.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { config } from '../../../lib/runtime/config.ts';
import { cache, keys, progress, push, sfn, store } from '../../../lib/runtime/resources.ts';
import { websocket } from '../../../lib/runtime/websocket.ts';
import { message } from './message.ts';

/** Opened, like the code that uses it, by the first action that needs it: most messages are subscriptions. */
const workflow = async () => ({
  store: await store(),
  sfn: await sfn(),
  stateMachineArn: config.stateMachineArn(),
  clock: systemClock,
  limits: config.limits(),
});

export const handler = websocket(
  'ws/message',
  message({
    owner: async (connectionId) => connectionOwner(await cache(), connectionId),
    takeRequest: async (userId) =>
      takeToken(await cache(), { userId, bucket: 'socket', perMinute: config.limits().requestsPerMinute }),
    watch: async (wanted) => (await progress()).watch(wanted),
    unwatch: async (connectionId, runId) => unsubscribe(await cache(), { connectionId, runId }),
    startRun: async (principal, wanted, { signal, logger }) => {
      const { startRun } = await import('../../../lib/workflow/start-run.ts');
      return startRun({ ...(await workflow()), logger }, principal, wanted, signal);
    },
    cancelRun: async (principal, runId, { signal }) => {
      const { cancelRun } = await import('../../../lib/workflow/cancel-run.ts');
      return cancelRun(await workflow(), principal, runId, signal);
    },
    decide: async (principal, approvalId, decision, { signal, logger }) => {
      const { decide } = await import('../../../lib/workflow/decide-approval.ts');
      const deps = { store: await store(), sfn: await sfn(), keys: await keys(), clock: systemClock, logger };
      return decide(deps, principal, approvalId, decision, signal);
    },
    send: async (connectionId, frame) => void (await (await push()).send(connectionId, JSON.stringify(frame))),
    disconnect: async (connectionId) => (await push()).disconnect(connectionId),
    clock: systemClock,
  }),
);
