import type { ConnectionAuth } from '../../../lib/contract/api/connections.ts';
import type { Principal } from '../../../lib/contract/principal.ts';
import { openCredentials, type SealedFor, sealCredentials } from '../../../lib/mcp/credentials.ts';
import { openOwnClient, sealOwnClient } from '../../../lib/mcp/oauth/own-client.ts';
import { ApiError } from '../../../lib/runtime/http.ts';
import { keys } from '../../../lib/runtime/resources.ts';
import type { ConnectionChange, ConnectionRow } from '../../../lib/store/connections.ts';
import { connectionsOfRun } from '../../../lib/store/plan.ts';
import type { Store } from '../../../lib/store/store.ts';
import { headersOf } from './target.ts';

/** Null where there is nothing to seal. */
export async function sealedFor(connection: SealedFor, auth: ConnectionAuth): Promise<Uint8Array | null> {
  if (auth.kind === 'oauth') return sealOwnClient(await keys(), connection, auth);
  const headers = headersOf(auth);
  return headers === null ? null : sealCredentials(await keys(), connection, headers);
}

/**
 * What a change of address or credentials makes of the connection: a new version, so that an old ciphertext put back does not
 * open. Undefined when neither changes. @throws ApiError BAD_REQUEST when credentials would go to a server that they were not given for
 */
export async function changedTarget(
  store: Store,
  principal: Principal,
  before: ConnectionRow,
  { url = before.url, auth }: { readonly url?: string | undefined; readonly auth?: ConnectionAuth | undefined },
  signal: AbortSignal,
): Promise<ConnectionChange['target']> {
  const sealedAs = { id: before.id, userId: principal.userId, version: before.version + 1 };
  if (auth !== undefined) {
    return { url, authKind: auth.kind, version: sealedAs.version, sealed: await sealedFor(sealedAs, auth) };
  }
  if (url === before.url) return undefined;
  const { authKind } = before;
  if (authKind === 'none') return { url, authKind, version: sealedAs.version, sealed: null };
  if (new URL(url).origin !== new URL(before.url).origin) {
    throw new ApiError(
      'BAD_REQUEST',
      'body.auth: the address is of another server, so give the credentials for it, or { "kind": "none" }',
    );
  }
  return { url, authKind, version: sealedAs.version, sealed: await resealed(store, principal, sealedAs, before, signal) };
}

/** The same credentials under the next version: another path of the same server. */
async function resealed(
  store: Store,
  principal: Principal,
  next: SealedFor,
  { id, version }: ConnectionRow,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const [held] = await store.forUser(principal, (tx) => connectionsOfRun(tx, [id]), { signal });
  if (held === undefined || held.version !== version) {
    throw new ApiError('CONFLICT', 'The connection was changed at the same time. Look at it and try again.');
  }
  const provider = await keys();
  if (held.authKind === 'oauth') return sealOwnClient(provider, next, await openOwnClient(provider, held));
  return sealCredentials(provider, next, await openCredentials(provider, held));
}
