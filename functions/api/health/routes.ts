import * as z from 'zod';
import { route } from '../../../lib/runtime/http/route.ts';
import manifest from '../../../package.json' with { type: 'json' };

export const routes = [
  route({
    method: 'GET',
    path: '/health',
    auth: 'none',
    summary: 'Says that the API answers, without asking the database or the cache.',
    response: z.object({ status: z.literal('ok'), version: z.string() }),
    handle: async () => ({ body: { status: 'ok' as const, version: manifest.version } }),
  }),
];
