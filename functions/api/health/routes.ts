import * as z from 'zod';
import openapi from '../../../docs/openapi.json' with { type: 'json' };
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
  route({
    method: 'GET',
    path: '/openapi.json',
    auth: 'none',
    summary: 'The OpenAPI 3.1 document of this API.',
    response: z.record(z.string(), z.unknown()),
    // A file and not generated here: to read every route's schema this function would carry the code of them all, database
    // and cache included. test/api/openapi.test.ts keeps the file current.
    handle: async () => ({ body: openapi }),
  }),
];
