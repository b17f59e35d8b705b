/** One authorisation, from the address that a person is sent to up to the tokens. Nothing here stores anything. */
import { randomBytes } from 'node:crypto';
import { exchangeAuthorization, startAuthorization } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { type Identity, identify, oauthClient } from './client.ts';
import { type DiscoveryDeps, discover } from './discovery.ts';
import { OAuthRefused, shownCode } from './errors.ts';
import { type Outward, stepFetch } from './outward.ts';
import { refuse } from './refusal.ts';
import { authorizationServer } from './server.ts';
import { type Tokens, tokensOf } from './tokens.ts';

/** Everything that the second half needs, fixed by the first: what is discovered later could be somebody else's. */
export const flow = z.object({
  server: authorizationServer,
  client: oauthClient,
  resource: z.string(),
  scope: z.string().nullable(),
  redirectUri: z.string(),
  codeVerifier: z.string(),
});
export type Flow = z.infer<typeof flow>;

export interface Wanted extends Identity {
  readonly serverUrl: string;
  /** Instead of what the server says it needs. */
  readonly scope: string | null;
}

export interface Started {
  readonly authorizationUrl: URL;
  /** 256 random bits; names the flow. */
  readonly state: string;
  readonly flow: Flow;
}

/** @throws OAuthRefused */
export async function startFlow(deps: DiscoveryDeps, wanted: Wanted, signal: AbortSignal): Promise<Started> {
  const { server, resource, scope: needed } = await discover(deps, wanted.serverUrl, signal);
  const client = await identify(deps, server, wanted, signal);
  const scope = withOffline(wanted.scope ?? needed, server.scopes_supported ?? []);
  const state = randomBytes(32).toString('base64url');
  const { authorizationUrl, codeVerifier } = await startAuthorization(server.issuer, {
    metadata: server,
    clientInformation: client,
    redirectUrl: wanted.redirectUri,
    resource,
    state,
    ...(scope === null ? {} : { scope }),
  });
  return { authorizationUrl, state, flow: { server, client, resource, scope, redirectUri: wanted.redirectUri, codeVerifier } };
}

/** Without it many servers give no refresh token, and a run at night finds an expired one (OpenID Connect Core, 11). */
function withOffline(scope: string | null, supported: readonly string[]): string | null {
  if (scope === null || !supported.includes('offline_access') || scope.split(' ').includes('offline_access')) return scope;
  return `${scope} offline_access`;
}

/** What the browser brought back. */
export interface CallbackParams {
  readonly code?: string | undefined;
  readonly iss?: string | undefined;
  readonly error?: string | undefined;
}

/** @throws OAuthRefused */
export async function finishFlow(
  deps: Outward,
  { server, client, ...begun }: Flow,
  back: CallbackParams,
  signal: AbortSignal,
): Promise<Tokens> {
  const { host } = new URL(server.issuer);
  // First of all, errors included (RFC 9207, 2.4): an answer of another server ends nothing and proves nothing.
  if (back.iss === undefined ? server.authorization_response_iss_parameter_supported === true : back.iss !== server.issuer) {
    throw new OAuthRefused('issuer', `the answer does not come from ${host}, where the authorisation began: refused`);
  }
  if (back.error !== undefined) throw new OAuthRefused('denied', `${host} did not authorise it (${shownCode(back.error)})`);
  if (back.code === undefined) throw new OAuthRefused('exchange', `${host} sent no code`);
  try {
    const answer = await exchangeAuthorization(server.issuer, {
      metadata: server,
      clientInformation: client,
      authorizationCode: back.code,
      codeVerifier: begun.codeVerifier,
      redirectUri: begun.redirectUri,
      resource: begun.resource,
      fetchFn: stepFetch(deps, signal),
      ...(back.iss === undefined ? {} : { iss: back.iss }),
    });
    return tokensOf(answer, { scope: begun.scope, refreshToken: null });
  } catch (error) {
    return refuse(error, { problem: 'exchange', what: 'the exchange of the code for a token', host, signal });
  }
}
