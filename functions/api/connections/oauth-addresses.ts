import { OAuthRefused } from '../../../lib/mcp/oauth/errors.ts';
import { ApiError } from '../../../lib/runtime/http.ts';

/** Below the API's own address. */
export const clientAddresses = (publicUrl: string) => ({
  redirectUri: `${publicUrl}/oauth/callback`,
  documentUrl: `${publicUrl}/oauth/client.json`,
});

/**
 * The page that a flow returns to: the console's, or a program's own on this machine (RFC 8252, 7.3 and 8.3: by address, since a
 * name may lead elsewhere). @throws ApiError BAD_REQUEST
 */
export function returnAddress(asked: string | undefined, allowedOrigins: readonly string[]): string {
  const [console] = allowedOrigins;
  if (asked === undefined) {
    if (console !== undefined) return `${console}/oauth/callback`;
    throw new ApiError(
      'BAD_REQUEST',
      'body.returnTo: there is no console to return to, so say which page finishes the authorisation',
    );
  }
  const { origin, protocol, hostname, username, password, href } = new URL(asked);
  const onThisMachine = protocol === 'http:' && (hostname === '127.0.0.1' || hostname === '[::1]');
  if ((allowedOrigins.includes(origin) || onThisMachine) && username === '' && password === '') return href;
  throw new ApiError('BAD_REQUEST', 'body.returnTo: must lie at an origin that may call this API, or at http://127.0.0.1');
}

/** What the browser brought, in the query of where it goes next. */
export function withParams(address: string, params: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(params)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** The reason is written for a person; everything else is a failure of ours. */
export function toApi(error: unknown): never {
  if (error instanceof OAuthRefused) {
    throw new ApiError('BAD_REQUEST', `Not authorised: ${error.message}.`, { problem: error.problem }, { cause: error });
  }
  throw error;
}
