import * as z from 'zod';
import { issueTicket } from '../../../lib/cache/tickets.ts';
import { route } from '../../../lib/runtime/http.ts';
import { cache } from '../../../lib/runtime/resources.ts';

export const routes = [
  route({
    method: 'POST',
    path: '/ws-tickets',
    auth: 'bearer',
    summary: 'Issues a ticket that opens one WebSocket connection within 60 seconds.',
    status: 201,
    keepsAnswer: false,
    response: z.object({ ticket: z.string(), expiresInSeconds: z.int() }),
    handle: async ({ principal }) => ({ body: await issueTicket(await cache(), principal) }),
  }),
];
