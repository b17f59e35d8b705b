import * as z from 'zod';
import { time } from './common.ts';
import { oauthScope } from './connections.ts';

export const startAuthorisation = z.object({
  /** The page that finishes it, of an origin that may call the API or of this machine; the console's unless given. */
  returnTo: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  /** Instead of what the connection or its server asks for: more, after the server said that it needs more. */
  scope: oauthScope.optional(),
});
export const authorisationStarted = z.object({
  /** Where the person signs in; show `issuer` beside it. Null: the client has signed in by itself, and nothing is left to do. */
  authorizationUrl: z.url().nullable(),
  issuer: z.string(),
  expiresAt: time,
});

/** What an authorisation server gives the browser to bring back (RFC 6749, 4.1.2; RFC 9207). */
export const broughtBack = z.object({
  state: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'is not one of ours'),
  code: z.string().min(1).max(4000).optional(),
  iss: z.string().max(2000).optional(),
  error: z.string().max(200).optional(),
});

/** A client id metadata document: the program as authorisation servers see it. */
export const clientDocument = z.object({
  client_id: z.url(),
  client_name: z.string(),
  redirect_uris: z.array(z.url()),
  grant_types: z.array(z.string()),
  response_types: z.array(z.string()),
  token_endpoint_auth_method: z.literal('none'),
});
