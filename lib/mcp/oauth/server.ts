import * as z from 'zod';
import { OAuthRefused } from './errors.ts';

/** What of an authorisation server's metadata is used and kept (RFC 8414 and OpenID discovery name it alike). */
export const authorizationServer = z.object({
  issuer: z.string().max(2000),
  authorization_endpoint: z.string().max(2000),
  token_endpoint: z.string().max(2000),
  registration_endpoint: z.string().max(2000).optional(),
  revocation_endpoint: z.string().max(2000).optional(),
  response_types_supported: z.array(z.string()).default(['code']),
  code_challenge_methods_supported: z.array(z.string()).optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  scopes_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional().catch(undefined),
  client_id_metadata_document_supported: z.boolean().optional().catch(undefined),
});
export type AuthorizationServer = z.infer<typeof authorizationServer>;

/** Plain http only where the local configuration names the origin. The text itself is not repeated. @throws OAuthRefused */
export function safeUrl(text: string, what: string, loopbackOrigins: readonly string[]): URL {
  const url = URL.parse(text);
  if (url === null) throw new OAuthRefused('unsafe', `${what} is no address`);
  if (url.protocol !== 'https:' && !loopbackOrigins.includes(url.origin)) {
    throw new OAuthRefused('unsafe', `${what} does not begin with https://`);
  }
  if (url.username !== '' || url.password !== '') throw new OAuthRefused('unsafe', `${what} holds credentials`);
  if (url.hash !== '') throw new OAuthRefused('unsafe', `${what} has a fragment`);
  return url;
}

const endpoints = ['authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'revocation_endpoint'] as const;

/** Refused before anything is sent or shown: the browser goes to one of these addresses, codes and secrets to the others. @throws OAuthRefused */
export function checkServer(server: AuthorizationServer, loopbackOrigins: readonly string[]): void {
  const { host } = safeUrl(server.issuer, 'the issuer', loopbackOrigins);
  for (const name of endpoints) {
    const address = server[name];
    if (address !== undefined) safeUrl(address, `the ${name} of ${host}`, loopbackOrigins);
  }
  if (!server.response_types_supported.includes('code')) {
    throw new OAuthRefused('unsupported', `${host} does not give authorisation codes`);
  }
  // Absent means no PKCE (MCP authorization, 2025-11-25), and a code without it can be used by who steals it.
  if (!server.code_challenge_methods_supported?.includes('S256')) {
    throw new OAuthRefused('unsupported', `${host} does not support PKCE with S256, so a stolen code could be used: refused`);
  }
}
