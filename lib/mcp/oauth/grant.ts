import * as z from 'zod';
import type { KeyProvider } from '../../keys/keys.ts';
import { oauthClient } from './client.ts';
import { authorizationServer } from './server.ts';

/** A grant as it is stored; `lib/store/oauth-grants.ts` says what the columns mean. */
export interface Grant {
  readonly connectionId: string;
  readonly userId: string;
  readonly connectionVersion: number;
  readonly version: number;
  readonly issuer: string;
  readonly resource: string;
  readonly scope: string | null;
  readonly sealed: Uint8Array | null;
  readonly expiresAt: Date | null;
}

/** Where grants are kept, seen by one principal. */
export interface Grants {
  read(connectionId: string): Promise<Grant | null>;
  /** Version + 1 over `version`; false when somebody else did so first, or it is gone. */
  renew(grant: Grant, renewed: Pick<Grant, 'sealed' | 'scope' | 'expiresAt'>): Promise<boolean>;
}

const contents = z.object({
  server: authorizationServer,
  client: oauthClient,
  accessToken: z.string(),
  refreshToken: z.string().nullable(),
});
export type GrantContents = z.infer<typeof contents>;

export type GrantPlace = Pick<Grant, 'connectionId' | 'userId' | 'connectionVersion' | 'version' | 'issuer' | 'resource'>;

/** Moved to another row, kept from before a renewal, or put beside another issuer or resource, it does not open. */
const contextOf = ({ userId, connectionId, connectionVersion, version, issuer, resource }: GrantPlace) => ({
  purpose: 'oauth-grant',
  user: userId,
  connection: connectionId,
  version: `${connectionVersion}.${version}`,
  issuer,
  resource,
});

export const sealGrant = (keys: KeyProvider, place: GrantPlace, held: GrantContents): Promise<Uint8Array> =>
  keys.seal(contextOf(place), Buffer.from(JSON.stringify(held), 'utf8'));

/** Null once it was ended. Throws SealBroken. */
export async function openGrant(keys: KeyProvider, grant: Grant): Promise<GrantContents | null> {
  if (grant.sealed === null) return null;
  const plain = await keys.open(contextOf(grant), grant.sealed);
  return contents.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
}
