import { empty } from '../../../lib/contract/api/common.ts';
import { connection, connectionParams } from '../../../lib/contract/api/connections.ts';
import { authorisationStarted, broughtBack, clientDocument, startAuthorisation } from '../../../lib/contract/api/oauth.ts';
import { clientMetadata } from '../../../lib/mcp/oauth/client-metadata.ts';
import { config } from '../../../lib/runtime/config.ts';
import { route } from '../../../lib/runtime/http.ts';
import { shown } from './live.ts';
import { clientAddresses, returnAddress, toApi, withParams } from './oauth-addresses.ts';

/** With the MCP client behind it: loaded by the first request that authorises, not by every start of this function. */
const authorisation = () => import('./authorisation.ts');

export const oauthRoutes = [
  route({
    method: 'POST',
    path: '/connections/{connectionId}/oauth',
    auth: 'bearer',
    summary: 'Begins to authorise a connection: where its person signs in, within 15 minutes.',
    params: connectionParams,
    body: startAuthorisation,
    response: authorisationStarted,
    keepsAnswer: false,
    handle: async ({ principal, params: { connectionId }, body: { returnTo, scope }, signal, logger }) => {
      const { startedAuthorisation } = await authorisation();
      const start = {
        principal,
        connectionId,
        returnTo: returnAddress(returnTo, config.allowedOrigins()),
        scope: scope ?? null,
        logger,
      };
      return { body: await startedAuthorisation(start, signal).catch(toApi) };
    },
  }),
  route({
    method: 'GET',
    path: '/oauth/callback',
    auth: 'none',
    summary: 'Where authorisation servers send the browser: sends it on to the page that finishes the authorisation.',
    query: broughtBack,
    response: empty,
    status: 303,
    handle: async ({ query }) => {
      const { pendingOf } = await authorisation();
      const { returnTo } = await pendingOf(query.state).catch(toApi);
      return { redirect: withParams(returnTo, query) };
    },
  }),
  route({
    method: 'POST',
    path: '/oauth/callback',
    auth: 'bearer',
    summary: 'Finishes an authorisation with what the browser brought back; only the person who began it can.',
    body: broughtBack,
    response: connection,
    keepsAnswer: false,
    handle: async ({ principal, body, signal, logger }) => {
      const { finishAuthorisation } = await authorisation();
      return { body: await shown(principal, await finishAuthorisation(principal, body, logger, signal).catch(toApi)) };
    },
  }),
  route({
    method: 'GET',
    path: '/oauth/client.json',
    auth: 'none',
    summary: 'The client id metadata document: this program as authorisation servers see it.',
    response: clientDocument,
    handle: async () => {
      const { redirectUri, documentUrl } = clientAddresses(config.publicUrl());
      return { body: { client_id: documentUrl, ...clientMetadata(redirectUri), token_endpoint_auth_method: 'none' as const } };
    },
  }),
];
