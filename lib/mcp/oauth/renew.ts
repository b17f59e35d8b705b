import { OAuthError, refreshAuthorization } from '@modelcontextprotocol/client';
import type { Cache } from '../../cache/cache.ts';
import type { KeyProvider } from '../../keys/keys.ts';
import { OAuthRefused } from './errors.ts';
import { type Grant, type GrantContents, type Grants, openGrant, sealGrant } from './grant.ts';
import { machineTokens } from './machine.ts';
import { type Outward, stepFetch } from './outward.ts';
import { holdingRefreshLock } from './refresh-lock.ts';
import { refuse } from './refusal.ts';
import { type Tokens, tokensOf } from './tokens.ts';

export interface AccessDeps extends Outward {
  readonly cache: Cache;
  readonly keys: KeyProvider;
}

export interface RenewDeps extends AccessDeps {
  readonly grants: Grants;
}
export type HeldDeps = Pick<RenewDeps, 'grants' | 'keys'>;

export interface OfConnection {
  readonly id: string;
  readonly version: number;
}

/** A token that expires this soon is renewed before it is sent. Milliseconds. */
const EARLY_MS = 60_000;

/**
 * An access token that is good for a minute and is not `rejected`, which the server has just refused. Who finds another renewing
 * waits and takes the new token. @throws OAuthRefused, CacheUnavailable, SealBroken
 */
export async function currentToken(
  deps: RenewDeps,
  connection: OfConnection,
  rejected: string | null,
  signal: AbortSignal,
): Promise<string> {
  const good = await goodToken(deps, connection, rejected);
  if (good.token !== null) return good.token;
  return holdingRefreshLock(
    deps.cache,
    connection.id,
    async () => {
      const again = await goodToken(deps, connection, rejected);
      return again.token ?? (await refreshed(deps, again.grant, again.held));
    },
    signal,
  );
}

interface Held {
  readonly grant: Grant;
  readonly held: GrantContents;
}

/** The access token that is there, good or not: nobody is asked. @throws OAuthRefused, SealBroken */
export const heldToken = async (deps: HeldDeps, connection: OfConnection): Promise<string> =>
  (await heldGrant(deps, connection)).held.accessToken;

async function heldGrant({ grants, keys }: HeldDeps, { id, version }: OfConnection): Promise<Held> {
  const grant = await grants.read(id);
  // One of an earlier version was given for another server or another client.
  const held = grant?.connectionVersion === version ? await openGrant(keys, grant) : null;
  if (grant === null || held === null) throw new OAuthRefused('ended', 'it is not authorised: sign in to it again');
  return { grant, held };
}

interface Looked extends Held {
  readonly token: string | null;
}

async function goodToken(deps: HeldDeps, connection: OfConnection, rejected: string | null): Promise<Looked> {
  const { grant, held } = await heldGrant(deps, connection);
  const left = grant.expiresAt === null ? Number.POSITIVE_INFINITY : grant.expiresAt.getTime() - Date.now();
  const stale = held.accessToken === rejected || left < (isRenewable(held) ? EARLY_MS : 0);
  return { token: stale ? null : held.accessToken, grant, held };
}

const isMachine = ({ client }: GrantContents): boolean => client.grant_type !== undefined;
const isRenewable = (held: GrantContents): boolean => held.refreshToken !== null || isMachine(held);

/** Not under the caller's signal: a refresh that is cut off after the server has exchanged the token would lose the grant. */
async function refreshed(deps: RenewDeps, grant: Grant, held: GrantContents): Promise<string> {
  const { server, client } = held;
  const { host } = new URL(grant.issuer);
  const own = new AbortController().signal;
  try {
    const tokens = await nextTokens(deps, grant, held, own);
    const { accessToken, scope, expiresAt } = tokens;
    const next = { server, client, accessToken, refreshToken: tokens.refreshToken };
    const sealed = await sealGrant(deps.keys, { ...grant, version: grant.version + 1 }, next);
    if (!(await deps.grants.renew(grant, { sealed, scope, expiresAt }))) {
      throw new OAuthRefused('ended', 'the connection was changed while its token was renewed');
    }
    return accessToken;
  } catch (error) {
    if (endsGrant(error)) {
      await deps.grants.renew(grant, { sealed: null, scope: grant.scope, expiresAt: null });
      throw new OAuthRefused('ended', `${host} has ended the authorisation: sign in to it again`, { cause: error });
    }
    return refuse(error, { problem: 'exchange', what: 'the renewal of its token', host, signal: own });
  }
}

async function nextTokens(
  deps: RenewDeps,
  { issuer, resource, scope }: Grant,
  held: GrantContents,
  signal: AbortSignal,
): Promise<Tokens> {
  const { server, client, refreshToken } = held;
  if (isMachine(held)) return machineTokens(deps, { server, client, resource, scope }, signal);
  if (refreshToken === null) {
    throw new OAuthRefused('ended', `${new URL(issuer).host} gave no way to renew its token: sign in to it again`);
  }
  const answer = await refreshAuthorization(server.issuer, {
    metadata: server,
    clientInformation: client,
    refreshToken,
    resource,
    fetchFn: stepFetch(deps, signal),
  });
  return tokensOf(answer, { scope, refreshToken });
}

/** RFC 6749, 5.2: the refresh token is void, or the client is. Anything else may pass. */
const endsGrant = (given: unknown): boolean => {
  const error = given instanceof OAuthRefused ? given.cause : given;
  return error instanceof OAuthError && ['invalid_grant', 'invalid_client', 'unauthorized_client'].includes(error.code);
};
