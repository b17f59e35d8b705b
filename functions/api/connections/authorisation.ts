import type { Principal } from '../../../lib/contract/principal.ts';
import type { OAuthClient } from '../../../lib/mcp/oauth/client.ts';
import { discover } from '../../../lib/mcp/oauth/discovery.ts';
import { OAuthRefused } from '../../../lib/mcp/oauth/errors.ts';
import { type CallbackParams, finishFlow, startFlow } from '../../../lib/mcp/oauth/flow.ts';
import { machineTokens } from '../../../lib/mcp/oauth/machine.ts';
import { type OwnClient, openOwnClient, sealOwnClient } from '../../../lib/mcp/oauth/own-client.ts';
import { FLOW_SECONDS, peekPending, putPending, takePending } from '../../../lib/mcp/oauth/pending.ts';
import { safeUrl } from '../../../lib/mcp/oauth/server.ts';
import { config } from '../../../lib/runtime/config.ts';
import { ApiError } from '../../../lib/runtime/http.ts';
import type { Logger } from '../../../lib/runtime/logger.ts';
import { cache, keys, store } from '../../../lib/runtime/resources.ts';
import { resealConnection } from '../../../lib/store/connections.ts';
import { getGrant } from '../../../lib/store/oauth-grants.ts';
import { connectionsOfRun, type RunConnection } from '../../../lib/store/plan.ts';
import { accessDeps } from '../../../lib/workflow/deps.ts';
import { found, noConnection } from './crud.ts';
import { keepGranted } from './granted.ts';
import { clientAddresses } from './oauth-addresses.ts';

const pendingDeps = async () => ({ cache: await cache(), keys: await keys() });

export const pendingOf = async (state: string) => peekPending(await pendingDeps(), state);

export interface Start {
  readonly principal: Principal;
  readonly connectionId: string;
  readonly returnTo: string;
  readonly scope: string | null;
  readonly logger: Logger;
}

/** @throws ApiError, OAuthRefused, CacheUnavailable */
export async function startedAuthorisation({ principal, connectionId, returnTo, scope, logger }: Start, signal: AbortSignal) {
  const [row] = await (await store()).forUser(principal, (tx) => connectionsOfRun(tx, [connectionId]), { signal });
  if (row === undefined) throw noConnection();
  if (row.authKind !== 'oauth') {
    throw new ApiError('CONFLICT', 'This connection does not sign in with OAuth: change its auth to { "kind": "oauth" } first.');
  }
  const deps = await accessDeps();
  const own = await openOwnClient(deps.keys, row);
  if (own.grant !== undefined) return signedIn(principal, row, { ...own, scope: scope ?? own.scope }, logger, signal);
  const { redirectUri, documentUrl } = clientAddresses(config.publicUrl());
  const started = await startFlow(
    { ...deps, loopbackOrigins: config.outward().loopbackOrigins },
    {
      serverUrl: row.url,
      scope: scope ?? own.scope ?? null,
      own: own.clientId === undefined ? null : { client_id: own.clientId, client_secret: own.clientSecret },
      documentUrl: documentUrl.startsWith('https://') ? documentUrl : null,
      redirectUri,
    },
    signal,
  );
  const { issuer } = started.flow.server;
  if (own.clientId !== undefined) await boundTo(principal, row, own, issuer, signal);
  const bound = { userId: principal.userId, connectionId, connectionVersion: row.version };
  await putPending(await pendingDeps(), started.state, { ...bound, returnTo, flow: started.flow });
  return {
    authorizationUrl: started.authorizationUrl.href,
    issuer,
    expiresAt: new Date(Date.now() + FLOW_SECONDS * 1000).toISOString(),
  };
}

/** A client that signs in by itself: its secret goes to its issuer alone. @throws ApiError CONFLICT, OAuthRefused */
async function signedIn(principal: Principal, row: RunConnection, own: OwnClient, logger: Logger, signal: AbortSignal) {
  const deps = await accessDeps();
  const { loopbackOrigins } = config.outward();
  const { server, resource, scope: needed } = await discover({ ...deps, loopbackOrigins }, row.url, signal);
  await boundTo(principal, row, own, server.issuer, signal);
  if (own.idp !== undefined) safeUrl(own.idp.tokenEndpoint, 'the token endpoint of the identity provider', loopbackOrigins);
  const client: OAuthClient = {
    client_id: own.clientId ?? '',
    client_secret: own.clientSecret,
    grant_type: own.grant,
    private_key: own.privateKey,
    private_key_alg: own.algorithm,
    idp: own.idp,
  };
  const tokens = await machineTokens(deps, { server, client, resource, scope: own.scope ?? needed }, signal);
  const { id: connectionId, version: connectionVersion } = row;
  const before = await (await store()).forUser(principal, (tx) => getGrant(tx, connectionId), { signal });
  await keepGranted(principal, { connectionId, connectionVersion, server, client, resource, tokens, before }, logger, signal);
  return { authorizationUrl: null, issuer: server.issuer, expiresAt: (tokens.expiresAt ?? new Date()).toISOString() };
}

/** A client that a person registered belongs to one issuer, whatever the MCP server names later. @throws ApiError CONFLICT, OAuthRefused */
async function boundTo(
  principal: Principal,
  row: RunConnection,
  own: OwnClient,
  issuer: string,
  signal: AbortSignal,
): Promise<void> {
  if (own.issuer === issuer) return;
  if (own.issuer !== undefined) {
    const [now, before] = [new URL(issuer).host, new URL(own.issuer).host];
    throw new OAuthRefused(
      'issuer',
      `the server now names ${now} as its authorisation server, but your client is registered at ${before}: give auth again if that is right`,
    );
  }
  const sealed = await sealOwnClient(await keys(), row, { ...own, issuer });
  const isSame = await (await store()).forUser(principal, (tx) => resealConnection(tx, principal.userId, row, sealed), {
    signal,
  });
  if (!isSame) throw new ApiError('CONFLICT', 'The connection was changed at the same time. Begin again.');
}

/** What was granted before ends: it may be another account's. @throws ApiError, OAuthRefused, CacheUnavailable */
export async function finishAuthorisation(
  principal: Principal,
  { state, ...back }: CallbackParams & { state: string },
  logger: Logger,
  signal: AbortSignal,
) {
  const { userId, connectionId, connectionVersion, flow } = await takePending(await pendingDeps(), state);
  // Somebody else's flow, brought here by a link: what this person granted must not end up in that account (docs/adr/oauth-callback.md).
  if (userId !== principal.userId) {
    throw new OAuthRefused('state', 'it was not begun by you, and has been ended: begin it again from your own connection');
  }
  const database = await store();
  const before = await database.forUser(
    principal,
    async (tx) => ({ row: await found(tx, principal, connectionId), grant: await getGrant(tx, connectionId) }),
    { signal },
  );
  if (before.row.version !== connectionVersion)
    throw new OAuthRefused('state', 'the connection was changed meanwhile: begin it again');
  const deps = await accessDeps();
  const tokens = await finishFlow(deps, flow, back, signal);
  const { server, client, resource } = flow;
  return keepGranted(
    principal,
    { connectionId, connectionVersion, server, client, resource, tokens, before: before.grant },
    logger,
    signal,
  );
}
