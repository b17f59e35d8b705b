import {
  ClientCredentialsProvider,
  exchangeJwtAuthGrant,
  fetchToken,
  PrivateKeyJwtProvider,
  requestJwtAuthorizationGrant,
} from '@modelcontextprotocol/client';
import type { OAuthClient } from './client.ts';
import { OAuthRefused } from './errors.ts';
import { type Outward, stepFetch } from './outward.ts';
import { refuse } from './refusal.ts';
import type { AuthorizationServer } from './server.ts';
import { type Tokens, tokensOf } from './tokens.ts';

export interface MachineAsks {
  readonly server: AuthorizationServer;
  readonly client: OAuthClient;
  readonly resource: string;
  readonly scope: string | null;
}

/** Signs in without a person, with the client's own secret or key (RFC 6749, 4.4; RFC 7523; SEP-1046). @throws OAuthRefused */
export async function machineTokens(
  deps: Outward,
  { server, client, resource, scope }: MachineAsks,
  signal: AbortSignal,
): Promise<Tokens> {
  const { host } = new URL(server.issuer);
  try {
    if (client.idp !== undefined) return await tokensThrough(deps, { server, client, resource, scope }, client.idp, signal);
    const provider = providerOf(client, server.issuer);
    const answer = await fetchToken(provider, server.issuer, {
      metadata: server,
      resource,
      fetchFn: stepFetch(deps, signal),
      ...(scope === null ? {} : { scope }),
    });
    // RFC 6749, 4.4.3: there should be no refresh token, and none is needed.
    return { ...tokensOf(answer, { scope, refreshToken: null }), refreshToken: null };
  } catch (error) {
    return refuse(error, { problem: 'exchange', what: 'a token for this client', host, signal });
  }
}

/** The identity provider's word for this client and resource (ID-JAG), and for that a token (RFC 8693, RFC 7523; SEP-990). */
async function tokensThrough(
  deps: Outward,
  { server, client, resource, scope }: MachineAsks,
  { tokenEndpoint, clientId, idToken }: NonNullable<OAuthClient['idp']>,
  signal: AbortSignal,
): Promise<Tokens> {
  const fetchFn = stepFetch(deps, signal);
  const asked = { tokenEndpoint, audience: server.issuer, resource, idToken, clientId, ...(scope === null ? {} : { scope }) };
  const { jwtAuthGrant } = await requestJwtAuthorizationGrant({ ...asked, fetchFn });
  const { client_id, client_secret: clientSecret } = client;
  const own = { clientId: client_id, ...(clientSecret === undefined ? {} : { clientSecret }) };
  const answer = await exchangeJwtAuthGrant({ tokenEndpoint: server.token_endpoint, jwtAuthGrant, ...own, fetchFn });
  return { ...tokensOf(answer, { scope, refreshToken: null }), refreshToken: null };
}

function providerOf(client: OAuthClient, expectedIssuer: string) {
  const { client_id: clientId, client_secret: clientSecret, private_key: privateKey, private_key_alg: algorithm } = client;
  if (privateKey !== undefined && algorithm !== undefined) {
    return new PrivateKeyJwtProvider({ clientId, privateKey, algorithm, expectedIssuer });
  }
  if (clientSecret !== undefined) return new ClientCredentialsProvider({ clientId, clientSecret, expectedIssuer });
  throw new OAuthRefused('unsupported', 'a client that signs in by itself needs a secret or a private key');
}
