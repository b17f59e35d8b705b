/**
 * A server with every personality, each below its own path; a process of its own, so that its work is not taken for its client's.
 * Says its origin to its parent, and ends with it.
 */
import { createServer } from 'node:http';
import { personalities } from './index.ts';
import type { Method, Personality } from './personality.ts';
import { behave, readMessage } from './rpc.ts';

const methods: readonly string[] = ['initialize', 'tools/list', 'tools/call'] satisfies readonly Method[];
const isMethod = (method: string | undefined): method is Method => method !== undefined && methods.includes(method);

const server = createServer({ keepAliveTimeout: 1_000 }, async (request, response) => {
  const name = decodeURIComponent(request.url?.slice(1) ?? '');
  const personality: Personality = new Map<string, Personality>(Object.entries(personalities)).get(name) ?? {};
  for (const end of [request, response, request.socket]) end.on('error', () => undefined);
  const message = await readMessage(request);
  const own = isMethod(message.method) ? personality[message.method] : undefined;
  (personality.any ?? own ?? behave)({ request, response, message });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.send?.(`http://127.0.0.1:${address.port}`);
});
// What breaks off in the middle is what this server is for.
process.on('uncaughtException', () => undefined);
process.on('disconnect', () => process.exit());
