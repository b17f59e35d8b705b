// biome-ignore lint/suspicious/noDeprecatedImports: authorisation servers of 2025 know no other way to meet a client
import { registerClient } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { clientMetadata } from './client-metadata.ts';
import { OAuthRefused } from './errors.ts';
import { type Outward, stepFetch } from './outward.ts';
import { refuse } from './refusal.ts';
import type { AuthorizationServer } from './server.ts';

/** An enterprise's identity provider, which says for its person what this program may have (SEP-990). */
export const idp = z.object({ tokenEndpoint: z.string(), clientId: z.string(), idToken: z.string() });

/** As whom this program comes to one authorisation server. */
export const oauthClient = z.object({
  client_id: z.string().min(1).max(2000),
  client_secret: z.string().max(4000).optional(),
  token_endpoint_auth_method: z.string().max(100).optional(),
  /** Signs in by itself, with its secret or with this key, or on the word of an identity provider; absent: a person signs in. */
  grant_type: z.enum(['client_credentials', 'jwt-bearer']).optional(),
  idp: idp.optional(),
  private_key: z.string().optional(),
  private_key_alg: z.string().optional(),
});
export type OAuthClient = z.infer<typeof oauthClient>;

export interface Identity {
  /** A client that the person registered by hand. */
  readonly own: Pick<OAuthClient, 'client_id' | 'client_secret'> | null;
  /** Where this program's client id metadata document lies; null where no authorisation server could fetch it. */
  readonly documentUrl: string | null;
  readonly redirectUri: string;
}

/** The person's own client, else the metadata document, else a registration of its own. @throws OAuthRefused */
export async function identify(
  deps: Outward,
  server: AuthorizationServer,
  identity: Identity,
  signal: AbortSignal,
): Promise<OAuthClient> {
  const { own, documentUrl, redirectUri } = identity;
  if (own !== null) return own;
  if (server.client_id_metadata_document_supported === true && documentUrl !== null) {
    return { client_id: documentUrl, token_endpoint_auth_method: 'none' };
  }
  const { host } = new URL(server.issuer);
  if (server.registration_endpoint === undefined) {
    throw new OAuthRefused(
      'registration',
      `${host} does not let programs register themselves: register one there and give its client id`,
    );
  }
  const metadata = { ...clientMetadata(redirectUri), ...authMethod(server, host) };
  try {
    const registered = await registerClient(server.issuer, {
      metadata: server,
      clientMetadata: metadata,
      fetchFn: stepFetch(deps, signal),
    });
    return oauthClient.parse(registered);
  } catch (error) {
    return refuse(error, { problem: 'registration', what: 'the registration of this program', host, signal });
  }
}

const methods = ['client_secret_basic', 'client_secret_post', 'none'];

/** A secret where the server gives one: a stolen refresh token is then of no use without it. */
function authMethod({ token_endpoint_auth_methods_supported: supported }: AuthorizationServer, host: string) {
  if (supported === undefined) return {};
  const method = methods.find((known) => supported.includes(known));
  if (method === undefined) throw new OAuthRefused('unsupported', `${host} takes no way to identify a client that is known here`);
  return { token_endpoint_auth_method: method };
}
