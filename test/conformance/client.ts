/**
 * The client that the conformance suite drives: our connection manager, told by the scenario's name what to do.
 *   node test/conformance/client.ts <server url>     with MCP_CONFORMANCE_SCENARIO and REDIS_URL in the environment
 */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../../lib/cache/cache.ts';
import { openLocalKeys } from '../../lib/keys/local.ts';
import { openConnections } from '../../lib/mcp/connections.ts';
import type { Session, Target } from '../../lib/mcp/session.ts';
import { openGuardedFetch } from '../../lib/net/guarded-fetch.ts';

const signal = AbortSignal.timeout(25_000);

/** What a scenario does with a session. A new scenario is a line here. */
const scenarios: Readonly<Record<string, (session: Session) => Promise<unknown>>> = {
  initialize: (session) => session.listTools(signal),
  tools_call: async (session) => {
    await session.listTools(signal);
    return session.callTool('add_numbers', { a: 5, b: 3 }, signal);
  },
  'sse-retry': (session) => session.callTool('test_reconnection', {}, signal),
  'elicitation-sep1034-client-defaults': (session) => session.callTool('test_client_elicitation_defaults', {}, signal),
};

const url = process.argv.at(-1) ?? '';
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const run = scenarios[scenario];
if (run === undefined) throw new Error('MCP_CONFORMANCE_SCENARIO names a scenario that this client does not know');
const guarded = openGuardedFetch({
  allowOrigins: [new URL(url).origin],
  ownHosts: [],
  maxBytes: 16 * 1024 * 1024,
  idleMs: 20_000,
  totalMs: 40_000,
  connectionsPerOrigin: 10,
});
const cache = openCache({ url: process.env['REDIS_URL'] ?? '', cluster: false });
const connections = openConnections({
  fetch: guarded.fetch,
  cache,
  keys: await openLocalKeys(join(tmpdir(), `assay-conformance-${randomUUID()}`)),
  timeScale: 1,
});
const elicitation = scenario.startsWith('elicitation') ? 'defaults' : 'decline';
const named = { connectionId: randomUUID(), name: 'the conformance server' };
const target: Target = { ...named, url, headers: {}, version: 1, elicitation };
try {
  const session = await connections.connect({ userId: randomUUID() }, target, signal);
  await run(session);
  await session.close();
} finally {
  await guarded.close();
  await cache.close();
}
