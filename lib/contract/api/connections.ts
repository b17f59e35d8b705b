import * as z from 'zod';
import { uuid } from '../vocabulary.ts';
import { name, pageOf, time } from './common.ts';

/** RFC 9110 token; RFC 9110 field value in visible ASCII, which no client trims or splits. */
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/, 'must be a header name');
const headerValue = z
  .string()
  .regex(/^[\x21-\x7e](?:[\t\x20-\x7e]{0,4094}[\x21-\x7e])?$/, 'must be one line of visible ASCII, at most 4096 characters');

/** Headers that the transport owns, that route or frame a request, or that would speak for somebody else. */
const reserved = new RegExp(
  `^(${[
    ...['host', 'content-.*', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'te', 'trailer', 'expect', 'via'],
    ...['proxy-.*', 'forwarded', 'max-forwards', 'x-forwarded-.*', 'x-original-.*', 'x-rewrite-.*', 'x-http-method.*'],
    ...['x-method-override', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cookie', 'accept', 'accept-encoding', 'origin'],
    ...['referer', 'mcp-.*', 'last-event-id', 'sec-.*'],
  ].join('|')})$`,
  'i',
);
const once = (names: readonly string[]): boolean => new Set(names.map((name) => name.toLowerCase())).size === names.length;

/** RFC 6749, appendix A: visible ASCII; scopes are words of it, without quotes and backslashes. */
const oauthText = z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces');
export const oauthScope = z
  .string()
  .max(2000)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'must be words separated by single spaces');

export const auth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('bearer'),
    token: z.string().regex(/^[\x21-\x7e]{1,4000}$/, 'must be visible ASCII without spaces'),
  }),
  z.object({
    kind: z.literal('headers'),
    headers: z
      .record(headerName, headerValue)
      .refine((headers) => Object.keys(headers).length <= 10, 'at most 10 headers')
      .refine((headers) => once(Object.keys(headers)), 'names a header twice')
      .refine((headers) => !Object.keys(headers).some((key) => reserved.test(key)), 'names a header that is not yours to set'),
  }),
  z
    .object({
      kind: z.literal('oauth'),
      /** A client that the person registered at the authorisation server; unless given, the program introduces itself. */
      clientId: oauthText.max(2000).optional(),
      clientSecret: oauthText.max(4000).optional(),
      /** The client signs in by itself, with its secret or its private key, or on the word of `idp`: nobody is sent to a page. */
      grant: z.enum(['client_credentials', 'jwt-bearer']).optional(),
      /** For `jwt-bearer`: exchanges the ID token for the word that the authorisation server takes (SEP-990). */
      idp: z
        .object({
          tokenEndpoint: z.url({ protocol: /^https?$/ }).max(2000),
          clientId: oauthText.max(2000),
          idToken: z
            .string()
            .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'must be a JWT')
            .max(16_000),
        })
        .optional(),
      privateKey: z
        .string()
        .max(16_000)
        .regex(/^\s*-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----\s*$/, 'must be PKCS 8 in PEM')
        .optional(),
      algorithm: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512']).optional(),
      /** Instead of what the server says it needs. */
      scope: oauthScope.optional(),
      /** Where that client is registered: the only authorisation server that is shown its secret. Unless given, the first that is met. */
      issuer: z
        .url({ protocol: /^https?$/ })
        .max(2000)
        .optional(),
    })
    .refine(
      ({ clientId, clientSecret }) => clientSecret === undefined || clientId !== undefined,
      'a client secret goes with a client id',
    )
    .refine(
      ({ grant, privateKey, algorithm }) =>
        (privateKey === undefined) === (algorithm === undefined) && (grant === 'client_credentials' || privateKey === undefined),
      'a private key goes with an algorithm and the grant client_credentials',
    )
    .refine(({ grant, idp }) => (grant === 'jwt-bearer') === (idp !== undefined), 'idp goes with the grant jwt-bearer')
    .refine(
      ({ grant, clientId, clientSecret, privateKey, issuer }) =>
        grant === undefined || (clientId && issuer && (clientSecret === undefined) !== (privateKey === undefined)),
      'a client that signs in by itself needs its id, its issuer, and either a secret or a private key',
    ),
]);
export type ConnectionAuth = z.infer<typeof auth>;

/** As the URL standard writes it: no white space, nothing that is not ASCII. */
const url = z.url({ protocol: /^https?$/, normalize: true }).max(2000);

/** What of the server is assessed, in its profile's words: `{ "repository": "acme/shop" }`. */
const scope = z
  .record(
    z.string().regex(/^[a-z][A-Za-z]{0,30}$/),
    z
      .string()
      .trim()
      .min(1)
      .max(300)
      .regex(/^[^\p{Cc}]*$/u, 'must be one line'),
  )
  .refine((given) => Object.keys(given).length <= 10, 'at most 10 entries');

export const connection = z.object({
  id: uuid,
  name: z.string(),
  profile: z.string(),
  scope: z.record(z.string(), z.string()),
  url: z.string(),
  authKind: z.string(),
  health: z.string(),
  healthError: z.string().nullable(),
  checkedAt: time.nullable(),
  createdAt: time,
  /** Of a connection whose authKind is `oauth`. */
  oauth: z
    .object({
      authorised: z.boolean(),
      issuer: z.string().nullable(),
      scope: z.string().nullable(),
      /** Of the access token, which is renewed before; null where the server does not say. */
      expiresAt: time.nullable(),
    })
    .optional(),
  /** How many clients are open to it, over all instances; null where nobody knows. */
  open: z.int().min(0).nullable(),
  /** `open`: it failed repeatedly and is left alone until `retryAt`; `half-open`: the next connect tries it. */
  breaker: z.object({
    state: z.enum(['closed', 'open', 'half-open']),
    since: time.nullable(),
    retryAt: time.nullable(),
  }),
});
export const connections = pageOf(connection).extend({
  /** Clients open to all of your connections, and the most there may be. */
  open: z.int().min(0).nullable(),
  cap: z.int(),
});
export const newConnection = z.object({
  name,
  url,
  profile: z.string().max(64).default('generic'),
  scope: scope.default({}),
  auth: auth.default({ kind: 'none' }),
});
export const connectionChange = z.object({
  name: name.optional(),
  url: url.optional(),
  profile: z.string().max(64).optional(),
  scope: scope.optional(),
  auth: auth.optional(),
});
export const connectionParams = z.object({ connectionId: uuid });

/** What a check found; a server that cannot be used is a finding, not an error. */
export const connectionCheck = z.object({
  health: z.enum(['healthy', 'failing']),
  reason: z.string().nullable(),
  checkedAt: time,
  /** The protocol: `modern` is 2026-07-28 and later. Null, like what follows, where the server cannot be used. */
  era: z.enum(['modern', 'older']).nullable(),
  server: z.object({ name: z.string(), version: z.string() }).nullable(),
  tools: z.int().min(0).nullable(),
});

export const connectionTools = z.object({
  /** As the server defines them, which is nobody's word but its own. */
  items: z.array(
    z.object({
      name: z.string(),
      /** The whole definition, as canonical JSON. */
      definition: z.string(),
      sha256: z.string(),
      /** What a run may do with it: `suspended` until its definition is accepted, because it is not the one that was first seen. */
      status: z.enum(['allowed', 'read-only', 'needs-approval', 'denied', 'suspended']),
    }),
  ),
  /** Why there are none: the server cannot be used. */
  unavailable: z.string().nullable(),
});
