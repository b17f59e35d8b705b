import * as z from 'zod';
import type { KeyProvider } from '../../keys/keys.ts';
import type { SealedFor } from '../credentials.ts';
import { idp } from './client.ts';

/** What a person gave for an OAuth connection: a client that they registered, and the scope they want. */
const ownClient = z.object({
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  /** Signs in by itself: no person is sent anywhere. */
  grant: z.enum(['client_credentials', 'jwt-bearer']).optional(),
  idp: idp.optional(),
  /** PKCS 8 in PEM, in place of the secret, and how to sign with it (JWS). */
  privateKey: z.string().optional(),
  algorithm: z.string().optional(),
  scope: z.string().optional(),
  /** Where the client is registered: the first that it was used at, unless given. Its secret is for nobody else. */
  issuer: z.string().optional(),
});
export type OwnClient = z.infer<typeof ownClient>;

/** Unlike that of headers (credentials.ts), which are sent to the MCP server: a client secret opened as such must fail. */
const contextOf = ({ userId, id, version }: SealedFor) => ({
  purpose: 'oauth-client',
  user: userId,
  connection: id,
  version: String(version),
});

/** Null where nothing was given. */
export async function sealOwnClient(keys: KeyProvider, connection: SealedFor, given: OwnClient): Promise<Uint8Array | null> {
  const client = ownClient.parse(given);
  if (Object.keys(client).length === 0) return null;
  return keys.seal(contextOf(connection), Buffer.from(JSON.stringify(client), 'utf8'));
}

/** Throws SealBroken. */
export async function openOwnClient(
  keys: KeyProvider,
  connection: SealedFor & { readonly sealed: Uint8Array | null },
): Promise<OwnClient> {
  if (connection.sealed === null) return {};
  const plain = await keys.open(contextOf(connection), connection.sealed);
  return ownClient.parse(JSON.parse(Buffer.from(plain).toString('utf8')));
}
