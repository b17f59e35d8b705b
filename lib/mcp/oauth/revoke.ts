import { selectClientAuthMethod } from '@modelcontextprotocol/client';
import type { OAuthClient } from './client.ts';
import type { GrantContents } from './grant.ts';
import { type Outward, stepFetch } from './outward.ts';
import type { AuthorizationServer } from './server.ts';

/** Tells the authorisation server that its tokens are no longer wanted (RFC 7009), where it can be told. Throws what the network throws. */
export async function revoke(
  deps: Outward,
  { server, client, accessToken, refreshToken }: GrantContents,
  signal: AbortSignal,
): Promise<void> {
  if (server.revocation_endpoint === undefined) return;
  const fetch = stepFetch(deps, signal);
  // The refresh token first: with it goes the whole grant.
  for (const [token, hint] of [
    [refreshToken, 'refresh_token'],
    [accessToken, 'access_token'],
  ] as const) {
    if (token === null) continue;
    const { headers, form } = identified(server, client);
    form.set('token', token);
    form.set('token_type_hint', hint);
    await fetch(server.revocation_endpoint, { method: 'POST', headers, body: form });
  }
}

/** As the SDK identifies the client at the token endpoint (RFC 6749, 2.3). */
function identified(
  server: AuthorizationServer,
  client: OAuthClient,
): { headers: Record<string, string>; form: URLSearchParams } {
  const { client_id: id, client_secret: secret } = client;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const method = selectClientAuthMethod(client, server.token_endpoint_auth_methods_supported ?? []);
  if (method === 'client_secret_basic' && secret !== undefined) {
    const authorization = `Basic ${Buffer.from(`${id}:${secret}`, 'utf8').toString('base64')}`;
    return { headers: { ...headers, authorization }, form: new URLSearchParams() };
  }
  const named = { client_id: id, ...(method === 'client_secret_post' && secret !== undefined ? { client_secret: secret } : {}) };
  return { headers, form: new URLSearchParams(named) };
}
