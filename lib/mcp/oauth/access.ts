import { CacheUnavailable } from '../../cache/errors.ts';
import { openCredentials, type SealedFor } from '../credentials.ts';
import { SourceUnavailable } from '../errors.ts';
import type { Target } from '../session.ts';
import { OAuthRefused } from './errors.ts';
import { currentToken, type HeldDeps, heldToken, type RenewDeps } from './renew.ts';

const SCHEME = 'Bearer ';

export type Access = Pick<Target, 'headers' | 'renew'>;

export interface AccessedConnection extends SealedFor {
  readonly name: string;
  readonly authKind: string;
  readonly sealed: Uint8Array | null;
}

/**
 * The headers that a connection's requests carry, whatever its kind, and how to get new ones after a 401. They are this
 * connection's own: no other server's token, and never the one that the person signed in with. @throws SourceUnavailable, SealBroken
 */
export async function accessHeaders(deps: RenewDeps, connection: AccessedConnection, signal: AbortSignal): Promise<Access> {
  if (connection.authKind !== 'oauth') return { headers: await openCredentials(deps.keys, connection) };
  const headers = async (rejected: string | null, until: AbortSignal): Promise<Record<string, string>> => {
    const token = await currentToken(deps, connection, rejected, until).catch((error: unknown) =>
      unavailable(error, connection.name),
    );
    return { authorization: `${SCHEME}${token}` };
  };
  return {
    headers: await headers(null, signal),
    // Of what was refused, not of what was given out last: another may have renewed it meanwhile.
    renew: ({ authorization = '' }, until) => headers(authorization.slice(SCHEME.length), until),
  };
}

/** The same for ending what is open: as they are, since nothing there is worth waiting for a new token. @throws OAuthRefused, SealBroken */
export async function heldHeaders(deps: HeldDeps, connection: AccessedConnection): Promise<Access['headers']> {
  if (connection.authKind !== 'oauth') return openCredentials(deps.keys, connection);
  return { authorization: `${SCHEME}${await heldToken(deps, connection)}` };
}

function unavailable(error: unknown, name: string): never {
  if (error instanceof OAuthRefused) throw new SourceUnavailable('refused', `${name}: ${error.message}`, { cause: error });
  if (error instanceof CacheUnavailable) {
    throw new SourceUnavailable('unreachable', `${name}: its token cannot be renewed while Redis is away`, { cause: error });
  }
  throw error;
}
