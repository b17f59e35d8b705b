import { takeToken } from '../../../lib/cache/limits.ts';
import { connectionOwner, unsubscribe } from '../../../lib/progress/registry.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { config } from '../../../lib/runtime/config.ts';
import { cache, progress, push } from '../../../lib/runtime/resources.ts';
import { websocket } from '../../../lib/runtime/websocket.ts';
import { message } from './message.ts';
import { workflow } from './workflow.ts';

export const handler = websocket(
  'ws/message',
  message({
    owner: async (connectionId) => connectionOwner(await cache(), connectionId),
    takeRequest: async (userId) =>
      takeToken(await cache(), { userId, bucket: 'socket', perMinute: config.limits().requestsPerMinute }),
    watch: async (wanted) => (await progress()).watch(wanted),
    unwatch: async (connectionId, runId) => unsubscribe(await cache(), { connectionId, runId }),
    ...workflow,
    send: async (connectionId, frame) => void (await (await push()).send(connectionId, JSON.stringify(frame))),
    disconnect: async (connectionId) => (await push()).disconnect(connectionId),
    clock: systemClock,
  }),
);
