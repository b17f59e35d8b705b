/**
 * The OAuth library as a conformance suite drives a client: `node oauth-client.ts <url of an MCP server>`, with REDIS_URL in the
 * environment. Grants are kept in memory, and the person agrees at once. Exits with 0 when a tool has answered.
 */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openCache } from '../../lib/cache/cache.ts';
import { openLocalKeys } from '../../lib/keys/local.ts';
import { openConnections } from '../../lib/mcp/connections.ts';
import { type DiscoveryDeps, discover } from '../../lib/mcp/oauth/discovery.ts';
import { finishFlow, startFlow } from '../../lib/mcp/oauth/flow.ts';
import { machineTokens } from '../../lib/mcp/oauth/machine.ts';
import { type GuardedFetch, openGuardedFetch } from '../../lib/net/guarded-fetch.ts';

/** As a person would authorise again when a server wants more, but not for ever. */
const MAX_AUTHORISATIONS = 3;

const serverUrl = process.argv[2] ?? '';
const {
  client_id: clientId,
  client_secret: clientSecret,
  ...key
} = z
  .object({
    client_id: z.string().optional(),
    client_secret: z.string().optional(),
    private_key_pem: z.string().optional(),
    signing_algorithm: z.string().optional(),
    idp_client_id: z.string().optional(),
    idp_id_token: z.string().optional(),
    idp_token_endpoint: z.string().optional(),
  })
  .parse(JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}'));
const signal = AbortSignal.timeout(75_000);

/** The suite's servers get free ports as they start, so that none can be named beforehand. */
const everyLoopback: readonly string[] = Object.assign([], {
  includes: (origin: string) => /^http:\/\/(localhost|127\.0\.0\.1):\d+$/.test(origin),
});
const limits = { maxBytes: 1_000_000, idleMs: 10_000, totalMs: 20_000, connectionsPerOrigin: 4 };
const guarded = openGuardedFetch({ allowOrigins: everyLoopback, ownHosts: [], ...limits });
const cache = openCache({ url: process.env['REDIS_URL'] ?? '', cluster: false });
const keys = await openLocalKeys(join(tmpdir(), `assay-conformance-${randomUUID()}`));

/** The scope that the server asked for when it last refused; null where it did not refuse. */
let refused: { readonly scope: string } | null = null;
const fetch: GuardedFetch = async (url, init) => {
  const response = await guarded.fetch(url, init);
  if (String(url) === serverUrl && (response.status === 401 || response.status === 403)) {
    refused = { scope: /scope="([^"]*)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1] ?? '' };
  }
  return response;
};
const deps: DiscoveryDeps = { fetch, timeScale: 1, loopbackOrigins: everyLoopback };

const words = (...scopes: string[]): string =>
  [...new Set(scopes.flatMap((scope) => scope.split(' ')))].filter(Boolean).join(' ');

/** The suite names no issuer: as for a person who registered at the one that is met. */
async function signedIn(scope: string | null) {
  const { server, resource, scope: needed } = await discover(deps, serverUrl, signal);
  const credentials = { private_key: key.private_key_pem, private_key_alg: key.signing_algorithm, client_secret: clientSecret };
  const { idp_token_endpoint: tokenEndpoint, idp_client_id: idpClient, idp_id_token: idToken } = key;
  const idp = tokenEndpoint === undefined ? {} : { idp: { tokenEndpoint, clientId: idpClient ?? '', idToken: idToken ?? '' } };
  const client = { client_id: clientId ?? '', ...credentials, ...idp };
  return machineTokens(deps, { server, client, resource, scope: scope ?? needed }, signal);
}

async function authorised(scope: string | null) {
  if (/^auth\/(client-credentials|cross-app)-/.test(process.env['MCP_CONFORMANCE_SCENARIO'] ?? '')) return signedIn(scope);
  const redirectUri = 'http://localhost:3000/callback';
  const own = clientId === undefined ? null : { client_id: clientId, client_secret: clientSecret };
  const documentUrl = 'https://conformance-test.local/client-metadata.json';
  const { authorizationUrl, state, flow } = await startFlow(deps, { serverUrl, scope, own, documentUrl, redirectUri }, signal);
  const answer = await globalThis.fetch(authorizationUrl, { redirect: 'manual' });
  const back = Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams);
  if (back['state'] !== state) throw new Error('the state is not the one that was sent');
  return finishFlow(deps, flow, back, signal);
}

async function useTool(accessToken: string): Promise<void> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const target = { connectionId: randomUUID(), name: 'server', url: serverUrl, headers, version: 1 };
  const session = await openConnections({ fetch, cache, keys, timeScale: 1 }).connect({ userId: randomUUID() }, target, signal);
  try {
    await session.listTools(signal);
    await session.callTool('test-tool', {}, signal);
  } finally {
    await session.close();
  }
}

let scope: string | null = null;
for (let times = 1; ; times += 1) {
  const tokens = await authorised(scope);
  refused = null;
  try {
    await useTool(tokens.accessToken);
    break;
  } catch (error) {
    if (refused === null || times === MAX_AUTHORISATIONS) throw error;
    scope = words(tokens.scope ?? '', Object(refused).scope);
  }
}
await guarded.close();
await cache.close();
