import { redeemTicket } from '../../../lib/cache/tickets.ts';
import { registerConnection } from '../../../lib/progress/registry.ts';
import { systemClock } from '../../../lib/runtime/clock.ts';
import { config } from '../../../lib/runtime/config.ts';
import { cache } from '../../../lib/runtime/resources.ts';
import { websocket } from '../../../lib/runtime/websocket.ts';
import { connect } from './connect.ts';

export const handler = websocket(
  'ws/connect',
  connect({
    allowedOrigins: config.allowedOrigins,
    redeem: async (ticket) => redeemTicket(await cache(), ticket),
    register: async (connectionId, principal) => registerConnection(await cache(), { connectionId, principal }),
    clock: systemClock,
  }),
);
