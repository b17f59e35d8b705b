/** From an MCP server's address to its authorisation server (RFC 9728, RFC 8414, OpenID discovery, and MCP of 2025-03-26, which had no RFC 9728). */
import {
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  extractWWWAuthenticateParams,
  type FetchLike,
  resourceUrlFromServerUrl,
} from '@modelcontextprotocol/client';
import * as z from 'zod';
import { OAuthRefused } from './errors.ts';
import { type Outward, stepFetch } from './outward.ts';
import { refuse } from './refusal.ts';
import { type AuthorizationServer, authorizationServer, checkServer, safeUrl } from './server.ts';

export interface Discovered {
  readonly server: AuthorizationServer;
  /** What tokens are asked for (RFC 8707): the MCP server, in the words of its own metadata. */
  readonly resource: string;
  /** What the server says it needs; null where it does not say. */
  readonly scope: string | null;
}

export interface DiscoveryDeps extends Outward {
  /** Of the local configuration. A server elsewhere can't point at them. */
  readonly loopbackOrigins: readonly string[];
}

/** @throws OAuthRefused */
export async function discover(deps: DiscoveryDeps, serverUrl: string, signal: AbortSignal): Promise<Discovered> {
  const loopbackOrigins = deps.loopbackOrigins.includes(new URL(serverUrl).origin) ? deps.loopbackOrigins : [];
  const { host } = safeUrl(serverUrl, 'the server', loopbackOrigins);
  const fetch = stepFetch(deps, signal);
  const doing = { problem: 'discovery', what: 'saying who authorises', host, signal } as const;
  const challenge = await challengeOf(fetch, serverUrl).catch((error: unknown) => refuse(error, doing));
  const { resourceMetadataUrl } = challenge;
  if (resourceMetadataUrl !== undefined) {
    safeUrl(resourceMetadataUrl.href, `the resource_metadata that ${host} names`, loopbackOrigins);
  }
  const protectedResource = await resourceMetadata(fetch, serverUrl, resourceMetadataUrl).catch((error: unknown) =>
    refuse(error, doing),
  );
  const resource = protectedResource?.resource ?? resourceUrlFromServerUrl(serverUrl).href;
  safeUrl(resource, `the resource of ${host}`, loopbackOrigins);
  if (!checkResourceAllowed({ requestedResource: serverUrl, configuredResource: resource })) {
    throw new OAuthRefused('unsafe', `${host} asks for tokens for another server than itself: refused`);
  }
  const issuer = protectedResource?.authorization_servers?.[0] ?? new URL('/', serverUrl).href;
  const { host: authority } = safeUrl(issuer, `the authorisation server that ${host} names`, loopbackOrigins);
  const naming = { problem: 'discovery', what: 'naming its endpoints', host: authority, signal } as const;
  const found = await serverMetadata(fetch, issuer, protectedResource === null).catch((error: unknown) => refuse(error, naming));
  checkServer(found, loopbackOrigins);
  const scope = challenge.scope ?? protectedResource?.scopes_supported?.join(' ') ?? null;
  if (scope !== null && !scopeText.test(scope)) throw new OAuthRefused('discovery', `${host} names a scope that is none`);
  return { server: found, resource, scope };
}

/** What the server says to who comes without a token. */
async function challengeOf(fetch: FetchLike, serverUrl: string): Promise<ReturnType<typeof extractWWWAuthenticateParams>> {
  const clientInfo = { name: 'assay', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const response = await fetch(serverUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  });
  return response.status === 401 ? extractWWWAuthenticateParams(response) : {};
}

/** RFC 6749, 3.3, and not so long that the address becomes a problem. */
const scopeText = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,4000}$/;

const protectedResourceMetadata = z.object({
  resource: z.string().max(2000),
  authorization_servers: z.array(z.string().max(2000)).min(1).optional(),
  scopes_supported: z.array(z.string().max(200)).max(200).optional(),
});

/** Null where the server has none: it may be of 2025-03-26. What is there and unreadable is refused, not passed over. */
async function resourceMetadata(fetch: FetchLike, serverUrl: string, resourceMetadataUrl: URL | undefined) {
  const statuses: number[] = [];
  const watched: FetchLike = async (url, init) => {
    const response = await fetch(url, init);
    statuses.push(response.status);
    return response;
  };
  try {
    const named = resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl };
    return protectedResourceMetadata.parse(await discoverOAuthProtectedResourceMetadata(serverUrl, named, watched));
  } catch (error) {
    const missing = statuses.length > 0 && statuses.every((status) => status >= 400 && status < 500);
    if (resourceMetadataUrl === undefined && missing) return null;
    throw error;
  }
}

/** `isGuess`: nobody named the issuer, it is the MCP server's own origin (MCP of 2025-03-26). */
async function serverMetadata(fetch: FetchLike, issuer: string, isGuess: boolean): Promise<AuthorizationServer> {
  const found = await discoverAuthorizationServerMetadata(issuer, { fetchFn: fetch, skipIssuerValidation: isGuess });
  if (found !== undefined) {
    const server = authorizationServer.parse(found);
    // What was guessed may call itself by a longer name, but speaks for no other origin.
    if (!isGuess || URL.parse(server.issuer)?.origin === new URL(issuer).origin) return server;
    throw new OAuthRefused('issuer', `${new URL(issuer).host} speaks for another issuer than the one it was asked as`);
  }
  if (!isGuess) throw new OAuthRefused('discovery', `${new URL(issuer).host} publishes no metadata of its endpoints`);
  // MCP of 2025-03-26: fixed paths, and PKCE is required of every server.
  const at = (path: string): string => new URL(path, issuer).href;
  return {
    issuer: new URL(issuer).origin,
    authorization_endpoint: at('/authorize'),
    token_endpoint: at('/token'),
    registration_endpoint: at('/register'),
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
}
