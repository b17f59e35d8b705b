/** An authorisation server on loopback: PKCE, registration, rotation, revocation, `iss`. It checks what RFC 6749, 7636, 8707 and 9207 ask, and remembers what it saw. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as jsonBody } from 'node:stream/consumers';
import * as z from 'zod';
import { form, json, type Loopback, listen } from './loopback.ts';

/** Answers instead of the server; false leaves the request to it. */
export type Override = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export interface OAuthAuthority extends Loopback {
  /** Changes of its metadata; undefined removes an entry. */
  metadata: Record<string, unknown>;
  /** By path, such as `/token`. */
  readonly overrides: Map<string, Override>;
  /** Seconds that an access token is said to live. */
  lifetime: number | undefined;
  readonly seen: {
    readonly tokenRequests: Record<string, string>[];
    readonly refreshTokens: string[];
    readonly revoked: string[];
    readonly registrations: unknown[];
    /** Every secret that was handed out: tokens of both kinds, and of clients. */
    readonly issued: string[];
  };
  /** Whether the token was given for that resource and still stands. */
  accepts(token: string | undefined, resource: string): boolean;
  /** Access tokens stop being good, as after a change of policy. */
  forgetAccessTokens(): void;
  /** What the browser of a person who agrees does: where it is sent back to. */
  agree(authorizationUrl: string): Promise<URL>;
}

const registration = z.object({ redirect_uris: z.array(z.string()), token_endpoint_auth_method: z.string().optional() });
interface Code {
  readonly clientId: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly resource: string;
  readonly scope: string;
}

export async function startOAuthAuthority(): Promise<OAuthAuthority> {
  const clients = new Map<string, { redirectUris: string[]; secret: string }>();
  const codes = new Map<string, Code>();
  const access = new Map<string, string>();
  const refresh = new Map<string, Code>();

  function issue(code: Code) {
    const [accessToken, refreshToken] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`];
    authority.seen.issued.push(accessToken, refreshToken);
    access.set(accessToken, code.resource);
    refresh.set(refreshToken, code);
    const expires = authority.lifetime === undefined ? {} : { expires_in: authority.lifetime };
    return { access_token: accessToken, token_type: 'Bearer', refresh_token: refreshToken, scope: code.scope, ...expires };
  }

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = Object.fromEntries(await form(request));
    authority.seen.tokenRequests.push(asked);
    const [id = '', secret] = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64')
      .toString()
      .split(':');
    const client = clients.get(id);
    if (client === undefined || client.secret !== secret) return json(response, 401, { error: 'invalid_client' });
    if (asked['grant_type'] === 'refresh_token') {
      const given = asked['refresh_token'] ?? '';
      authority.seen.refreshTokens.push(given);
      const held = refresh.get(given);
      // Good once: a second use is what a thief would do.
      refresh.delete(given);
      if (held === undefined || held.clientId !== id) return json(response, 400, { error: 'invalid_grant' });
      return json(response, 200, issue(held));
    }
    if (asked['grant_type'] === 'client_credentials') {
      const { resource = '', scope = '' } = asked;
      const { refresh_token: _, ...given } = issue({ clientId: id, challenge: '', redirectUri: '', resource, scope });
      return json(response, 200, given);
    }
    const code = codes.get(asked['code'] ?? '');
    codes.delete(asked['code'] ?? '');
    const challenge = createHash('sha256')
      .update(asked['code_verifier'] ?? '')
      .digest('base64url');
    const fits =
      code?.clientId === id &&
      code.challenge === challenge &&
      code.redirectUri === asked['redirect_uri'] &&
      code.resource === asked['resource'];
    return code !== undefined && fits ? json(response, 200, issue(code)) : json(response, 400, { error: 'invalid_grant' });
  }

  async function register(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = await jsonBody(request);
    authority.seen.registrations.push(body);
    const { redirect_uris: redirectUris, token_endpoint_auth_method: method } = registration.parse(body);
    const [id, secret] = [`client-${randomUUID()}`, randomUUID()];
    authority.seen.issued.push(secret);
    clients.set(id, { redirectUris, secret });
    json(response, 201, {
      client_id: id,
      client_secret: secret,
      redirect_uris: redirectUris,
      token_endpoint_auth_method: method,
    });
  }

  function authorise(url: URL, response: ServerResponse): void {
    const asked = Object.fromEntries(url.searchParams);
    const {
      client_id: clientId = '',
      redirect_uri: redirectUri = '',
      code_challenge: challenge = '',
      state = '',
      resource = '',
      scope = '',
    } = asked;
    if (!clients.get(clientId)?.redirectUris.includes(redirectUri)) {
      json(response, 400, { error: 'invalid_request' });
      return;
    }
    const back = new URL(redirectUri);
    if (asked['code_challenge_method'] !== 'S256' || asked['response_type'] !== 'code')
      back.searchParams.set('error', 'invalid_request');
    else {
      const code = `code-${randomUUID()}`;
      codes.set(code, { clientId, challenge, redirectUri, resource, scope });
      back.searchParams.set('code', code);
    }
    back.searchParams.set('state', state);
    back.searchParams.set('iss', authority.url);
    response.writeHead(302, { location: back.href }).end();
  }

  const { url, heard, stop } = await listen(async (request, response) => {
    const asked = new URL(request.url ?? '/', 'http://as');
    if (await authority.overrides.get(asked.pathname)?.(request, response)) return;
    switch (asked.pathname) {
      case '/.well-known/oauth-authorization-server':
        return json(response, 200, metadata());
      case '/register':
        return register(request, response);
      case '/authorize':
        return authorise(asked, response);
      case '/token':
        return token(request, response);
      case '/revoke': {
        authority.seen.revoked.push((await form(request)).get('token') ?? '');
        return response.writeHead(200).end();
      }
      default:
        return response.writeHead(404).end();
    }
  });

  const metadata = () => ({
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    registration_endpoint: `${url}/register`,
    revocation_endpoint: `${url}/revoke`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    authorization_response_iss_parameter_supported: true,
    ...authority.metadata,
  });

  const authority: OAuthAuthority = {
    url,
    heard,
    stop,
    metadata: {},
    overrides: new Map(),
    lifetime: 3600,
    seen: { tokenRequests: [], refreshTokens: [], revoked: [], registrations: [], issued: [] },
    accepts: (given, resource) => given !== undefined && access.get(given) === resource,
    forgetAccessTokens: () => access.clear(),
    async agree(authorizationUrl) {
      const { headers } = await fetch(authorizationUrl, { redirect: 'manual' });
      return new URL(headers.get('location') ?? '');
    },
  };
  return authority;
}
